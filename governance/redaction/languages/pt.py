"""Portuguese, of Portugal and of Brazil: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import below_hundred, repeated

_UNITS = {
    "zero": "0", "zerinho": "0", "um": "1", "uma": "1", "hum": "1", "dois": "2", "duas": "2", "tres": "3", "treis": "3", "quatro": "4", "cinco": "5",
    "sinco": "5", "seis": "6", "meia": "6", "sete": "7", "oito": "8", "nove": "9",
}  # fmt: skip
_TEENS = {
    "dez": "10", "deiz": "10", "onze": "11", "doze": "12", "treze": "13", "catorze": "14", "quatorze": "14", "quinze": "15",
    "dezesseis": "16", "dezasseis": "16", "dezaseis": "16", "dezeseis": "16", "dezessete": "17", "dezassete": "17", "dezasete": "17",
    "dezesete": "17", "dezoito": "18", "dezanove": "19", "dezenove": "19", "dez e seis": "16", "dez e sete": "17", "dez e oito": "18",
    "dez e nove": "19",
}  # fmt: skip
_TENS = {
    "vinte": "2", "vint": "2", "trinta": "3", "quarenta": "4", "corenta": "4", "cinquenta": "5", "cincoenta": "5", "sessenta": "6",
    "setenta": "7", "oitenta": "8", "noventa": "9",
}  # fmt: skip
_PLURALS = {
    "zeros": "0",
    "uns": "1",
    "meias": "6",
    "quatros": "4",
    "cincos": "5",
    "setes": "7",
    "oitos": "8",
    "noves": "9",
}
_TIMES = {"duas vezes": 2, "tres vezes": 3, "quatro vezes": 4, "2 vezes": 2, "3 vezes": 3}
_TEN_AND_TIMES = {
    f"{ten}{joint}{said}": f"{digit}0{digits}"
    for ten, digit in _TENS.items()
    for joint in (" ", " e ")
    for said, digits in repeated({"duas vezes": 2, "tres vezes": 3, "quatro vezes": 4}, _UNITS, (" ", " o ")).items() if not said.endswith(" uma")
}  # fmt: skip
"""`trinta e duas vezes um` is thirty and two ones where numbers are read out, and not thirty-two times something."""
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("janeiro jan", "fevereiro fev", "marco mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago", "setembro set",
         "outubro out", "novembro nov", "dezembro"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    eh ah oh uh hm hmm mm mmm ahn ha ai entao pois olha olhe bom bem certo ta esta ok okay okei sim nao ja claro
    perfeito exato exatamente exacto exactamente isso isto e depois agora o a os as ne la desculpa desculpe desculpas
    perdao peco pera espera espere espero aguarde momento momentinho minutinho segundinho instante instantinho so alias
    quer dizer digo melhor dizendo corrijo corrigindo correcao errei enganei engano errado repito repetindo repete
    repita novo novamente outra continuando continua continue pode continuar seguido seguidos seguir segue tracinho
    traco hifen espaco ponto virgula barra pausa menos vamos ver deixa deixe estou lendo ler leio anota anotou anotado
    anote obrigado obrigada entendi percebi entendido tambem mais ainda sao tipo assim aqui ca diga fala falar falando
    opa eita ops beleza joia otimo optimo tranquilo positivo correto correcto entretanto logo pronto dai uai ue confirma
    confirmo confere combinado fixe porreiro recomecar recomeco comecando eu me de do
"""
_QUANTITIES = """
    euro euros eur centimo centimos centavo centavos real reais brl dolar dolares usd libra libras contos escudos pratas kwanza kwanzas
    milhao milhoes bilhao bilhoes porcento minuto minutos min segundos seg hora horas hr hrs h dia dias semana semanas
    mes meses ano anos trimestre am pm vezes pessoa pessoas adulto adultos crianca criancas menores passageiro passageiros hospedes
    noite noites quartos artigos produtos unidade unidades peca pecas caixas garrafa garrafas pacotes mala malas bagagens pares par
    copia copias digito digitos algarismo algarismos numeros letras caracteres tentativa tentativas opcoes perguntas parcelas prestacoes
    mensalidades faturas facturas pedidos encomendas chamadas ligacoes bilhetes ingressos quilo quilos kg grama gramas litro litros metro
    metros km quilometro quilometros centimetro centimetros cm grau graus giga gigas gb mega megas mb pontos estrelas paginas lugares
    poltronas paragens paradas andares linhas quilowatts kwh watts kw coisas tipos duzia duzias tercos uteis corridos miligramas mg
    mililitros ml comprimidos pastilhas capsulas gotas colheres ampolas buques ramos
"""
_DETERMINERS = """
    de do o a os as este esta esse essa aquele aquela outro outra cada algum alguma nenhum nenhuma qualquer novo nova mesmo mesma primeiro
    primeira segundo segunda terceiro ultimo ultima so unico meu minha seu sua teu tua nosso nossa bom certo errado correto anterior
    seguinte proximo antigo velho
"""
_COMMON = """
    o a os as de do da dos das que e em no na um uma para por com nao se eu voce ele ela seu sua meu minha mas como mais ou ja esta isso
    sim ola bom boa dia tarde obrigado obrigada senhor senhora posso pode tem tenho qual quando onde porque tambem agora aqui so foi
    ao pelo pela muito
"""

_BRAND = """(visa|mastercard|master card|master|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay|elo|hipercard|hiper|aura
    |cabal|electron|multibanco|unibanco)"""
_TAIL = "(de (credito|debito|pagamento)|multibanco|bancario|pre pago|virtual|visa|mastercard|master|maestro|elo|amex|american express|empresarial)"
_CARD = f"(cartao [{_TAIL}]|cartoes|cartaozinho|visa|mastercard|amex|american express|elo|hipercard)"
_OF = "(de|da [(sua|minha|tua)]|do [(seu|meu|teu|novo|seu novo|outro)]|no [(seu|meu|teu)])"
_OF_CARD = "((do|no|de) [(seu|meu|teu)] cartao [de credito])"
_DIGITS = "(digitos|numeros|algarismos|digito|numero|numerozinhos|numerinhos|numerozinho|numerinho|numeritos|digitozinhos|digitozinho|algarismo)"
_SIXTEEN = "(dezesseis|dezasseis|16|quinze|15|dezenove|dezanove|19|treze|13|catorze|quatorze|14)"
_SHOWN = "que (estao|aparecem|tem|constam|ficam|esta|aparece|consta|vem|voce ve)"
_AT_BACK = """((no|do|ao) (verso|reverso)|(de|por|la|ali) (tras|atras)|atras|verso|[(na|da|pela)] (parte (de tras|traseira|posterior)|traseira|contracapa|contra capa)|[(no|do|pelo)] (dorso|reverso|lado de tras)|[(nas|as|das)] costas|(no|do) outro lado|(no|do) lado (contrario|oposto))"""
_AT_FRONT = """((na|da|de|pela) frente|(na|da) (parte (da frente|frontal|de cima)|face [da frente])|no (anverso|meio|centro)|(em|no) (alto )relevo|em relevo|frontal|frontais)"""
_FOUR = "(quatro|4|cinco|5|dois|2|seis|6|oito|8)"
_KIND = """(telefone [(fixo|celular|de contato|de contacto)]|telemovel|celular|fixo|fax|contato|contacto|whatsapp|zap|pedido|encomenda|compra|ordem [de servico]|os
    |referencia|reserva|localizador|confirmacao|fatura|factura|nota fiscal|nota|recibo|rastreio|rastreamento|seguimento|envio|objeto|objecto|pacote|processo
    |protocolo|ocorrencia|chamado|atendimento|incidente|ticket|bilhete|passagem|ingresso|apolice|sinistro|cliente|socio|assinante|assinatura|usuario
    |utilizador|utente|beneficiario|contrato|conta [(corrente|poupanca|bancaria)]|agencia|iban|nib|swift|bic|cpf|cnpj|rg|cnh|nif|niss|cc|contribuinte
    |identificacao fiscal|identidade|identificacao|cartao (de cidadao|cidadao|de utente|de saude|do sus|sus|de embarque|fidelidade|de fidelidade|presente|continente)|seguranca social
    |inscricao [estadual]|pis|nis|titulo [de eleitor]|passaporte|carteira|carteirinha|carta de conducao|matricula|placa|renavam|chassi|chassis|serie|modelo|imei|sim|chip
    |sus|prontuario|registro|registo|autorizacao|aprovacao|operacao|transacao|transaccao|transferencia|solicitacao|requerimento|reclamacao|queixa|consulta
    |senha de atendimento|voo|assento|lugar|poltrona|portao|plataforma|quarto|apartamento|bloco|andar|casa|porta|ramal|extensao|contador|medidor|instalacao|cpe|cui|ligacao
    |unidade consumidora|uc|loja|filial|balcao|lote|artigo|produto|cupom|cupao|vale|promocao|desconto|funcionario|operador|agente|doador|voluntario|membro|associado|fidelidade|pontos|passageiro
    |paciente|aluno|estudante|segurado|boleto|barras|area|regiao|postal|erro|versao|entidade|mb way|mbway|pix|token|ddd|linha|orcamento|devolucao
    |troca|garantia|intervencao|denuncia|guia|cheque|verificacao por sms|ativacao|activacao|acesso|convite|desbloqueio|puk|servico)"""

_BEARERS = """(telefone|telemovel|celular|contato|contacto|pedido|encomenda|reserva|fatura|factura|recibo|boleto|boletim|bilhete|passagem|ingresso|talao
    |caso|processo|chamado|ocorrencia|reclamacao|solicitacao|protocolo|apolice|sinistro|contrato|contador|medidor|envio|objeto|pacote|rastreio|rastreamento
    |guia|guia de remessa|guia de transporte|remessa|nota de encomenda|nota fiscal|orcamento|cotacao|referencia|localizador|autorizacao|aprovacao|operacao|transacao
    |transferencia|comprovativo|comprovante|cupom|cupao|passaporte|voo|matricula|placa|chassi|chassis|assinatura|certificado|garantia|conta|codigo postal)"""
"""What has a number by which it is called: `a encomenda nova é a …` names one."""
_BEARERS_OF_MANY = "(encomendas|pedidos|reservas|faturas|facturas|recibos|boletos|bilhetes|passagens|envios|pacotes|processos|apolices|contratos)"

LANGUAGE = Language(
    code="pt",
    numbers=MappingProxyType(below_hundred(_UNITS, _TEENS, _TENS, (" e ", " i ", " "))),
    hundreds=MappingProxyType({
        "cem": "1", "cento": "1", "duzentos": "2", "duzentas": "2", "trezentos": "3", "trezentas": "3", "quatrocentos": "4",
        "quatrocentas": "4", "quinhentos": "5", "quinhentas": "5", "seiscentos": "6", "seiscentas": "6", "setecentos": "7", "setecentas": "7",
        "oitocentos": "8", "oitocentas": "8", "novecentos": "9", "novecentas": "9",
    }),
    hundred=frozenset({"centos", "centas"}),
    thousand=frozenset({"mil"}),
    bare_thousand=True,
    unit_joins=True,
    joiners=frozenset({"e"}),
    multipliers=MappingProxyType({
        "duplo": 2, "dupla": 2, "duplos": 2, "dobro": 2, "dobrado": 2, "duplicado": 2, "triplo": 3, "tripla": 3, "quadruplo": 4, "dobro de": 2,
        "dobro do": 2, "doble": 2, **{f"{times}{article}": count for times, count in _TIMES.items() for article in ("", " o", " a")},
    }),
    doubled=MappingProxyType({
        **repeated({"dois": 2, "duas": 2, "um par de": 2, "par de": 2, "tres": 3, "quatro": 4}, _PLURALS), "meia duzia": "6", **_TEN_AND_TIMES,
    }),
    articles=frozenset({"um", "uma"}),
    homophones=MappingProxyType({
        "num": "1", "dos": "2", "doce": "12", "trez": "3", "quadro": "4", "quarto": "4", "sais": "6", "seus": "6", "sede": "7", "neve": "9",
        "nova": "9", "novi": "9", "cera": "0", "sero": "0", "onse": "11", "oi": "8", "media": "6", "meias": "6",
    }),
    determiners=frozenset(_DETERMINERS.split()),
    names_before=frozenset({"numero"}),
    names_after=("(numero|numeros|referencia) (de|do|da) [(seu|sua|meu|minha)]",),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|cve)", "c v (v|c|2)", "(ce|c) (ve|v) (ve|v|ce|c)", "(ce|c) (duplo|dois) (ve|v)", "(ce|c) ve duplo",
            f"(codigo|codigos|numero|numeros|digitos|chave) de seguranca [de (tres|3|quatro|4) {_DIGITS}]",
            f"(codigo|numero|digito|digitos) (verificador|de (verificacao|validacao|controle|controlo)) {_OF_CARD}", "codigo (cvv|cvc)",
            f"(tres|3) [(ultimos|pequenos|outros)] {_DIGITS} [({_AT_BACK}|finais)]", f"(ultimos|finais) (tres|3) [{_DIGITS}]",
            f"(tres|3) (ultimos|{_AT_BACK})",
            "(tres|3) (pequeninos|pequenos|pequenininhos|miudinhos|do (fim|final|autocolante|lado)|finais|que (faltam|vem|estao|ficam|aparecem|tem))",
            f"(tres|3) [{_DIGITS}] (de|da) seguranca", "(o|os|e o|e os|so o) [(tres|3)] de seguranca",
            "(falta|so falta|falta so|e) a seguranca [dele]",
            "(mais|outros|uns|aqueles|esses|tem|ha|sao) (tres|3) (que (sao|estao|tem|vem)|numeros|digitos|algarismos|numerinhos|numerozinhos) [(pequenos|pequeninos)]",
            "parte branca", "(o|e o) verificador", "digito de seguranca",
            "codigo de (autenticacao|verificacao|validacao|confirmacao) (do|deste|desse) [(seu|teu)] cartao",
            "(segredinho|codigozinho|codiguinho|digitozinho)", f"(tres|3) [{_DIGITS}] de (controlo|controle|la|cima|baixo)",
            "codigo (de|com) (tres|3)", "(e|so|faltam|falta|mais) [(so|apenas|me)] os [outros] (tres|3)",
            "(sao|os|esses|aqueles) (quatro|4) [pequenos] (a|na|da|de) (frente|cima)",
            f"({_DIGITS}|codigo|codigos) {_AT_BACK}", f"codigo [(de|com)] (tres|3) {_DIGITS} [{_AT_BACK}]",
            f"(quatro|4) {_DIGITS} [pequenos] {_AT_FRONT}",
            _AT_BACK, "(vire|vira|virar|viras|virando|viro|virares) [(o|ele|lo)] [(seu|teu)] [cartao]",
            "[(tres|3) [(numeros|digitos|algarismos)] (da|na|que estao na|ao lado da)] (tarja|faixa|tira|painel|banda) (da|de) assinatura",
            "(ao lado|perto|junto|ao pe|depois|em cima|a direita|atras|na parte|da parte|na zona|no espaco|no sitio) (da|a|de|na) assinatura",
            "(tres|3|digitos|algarismos|numerozinhos|numerinhos) [que (estao|vem|ficam)] (da|na) assinatura", "a seguir a assinatura",
        ),
        "expiry": (
            "(data|mes|ano|prazo) (de|do|da) (validade|vencimento|expiracao|caducidade|termo)", "(validade|vencimento|expiracao|caducidade)",
            "(expira|vence|caduca|vencem|vencer|expirar|vencido|expirado|venceu|expirou|caducou|vencera|expirara|caducara) [(em|no|ao|a|no mes de|no fim de)]",
            "(valido|valida|bom) (ate|ate o|ate ao|ate fim de|thru)",
            "ate quando [(ele|e que|o cartao)] (e|vai|vale|serve|funciona|dura|esta|fica|da|ta|pode|diz|tem|valido)",
            "ate que (mes|ano|data|altura) [(e|e que|ele)] [(serve|vale|vai|dura|funciona|da)]",
            "quando [(e que|que|ele|e que ele)] (vence|expira|caduca|acaba|termina|finaliza|perde|deixa de (funcionar|valer|servir|ser valido)|vai vencer|vai expirar)",
            "valid thru",
            "(termina|acaba|finaliza|terminando|acabando|vencendo) [(em|no)] (quando|que mes|que ano|que data)",
            "(data|mes|ano) (limite|final|de (fim|termino|expirar|caducar|vencer))",
            "(data|mes|ano) em que [(ele|o cartao|e que)] (acaba|vence|termina|expira|caduca|deixa)",
            "[(qual e|qual|que)] (o|que) prazo [dele]", "esta em vigor", "em vigor ate",
            "(data|mes|mes e ano) que [(la|ai|ele)] (esta|vem|diz|tem|aparece|consta|traz)",
            "que (data|mes) [(e que|e|la)] (tem|diz|traz|la diz|vem|esta|aparece|consta|vem ai)",
            "(nova data|data nova|data (desse|deste|dele|do novo)|e a data)",
            "(embaixo|em baixo|por baixo) [(ai|la)] (diz|o que diz|consta|aparece)", "que mes e que ano", "que mes e ano",
            "(a|uma|qual) data [(que esta|que vem|que ta)] (embaixo|em baixo|por baixo|ai|la|impressa|gravada)",
            "(embaixo|em baixo|por baixo) (do|dos) (numero|numeros)", "(embaixo|em baixo|por baixo) [(tem|esta|vem|ha|diz)] (um|o) mes",
            "(perde|perder) a validade", "(validez|validade|vencimento) dele", "(expirando|caducando|vencendo)",
 "mes e [(o|um|do)] ano [de (fim|termino|validade)]", "(vale|serve|dura|valer|valendo) ate [(o|ao|a)]", "(esta|ainda) valendo", "(qual e o|qual o|que|em que) mes", "e (o|de que) ano", "(tem|ha|traz|vem|aparece) uma data", "(mes ano|mes barra ano)", "mes primeiro", "(em baixo|embaixo|por baixo|debaixo) do nome", "(mm|m m) (aa|a a)", "good thru", "(deixa|deixar) de (ser valido|valer|funcionar)", "data (no|do) plastico", "(exp|data exp|data de exp)", f"data {_OF_CARD}", f"data {_AT_FRONT}",
        ),
        "pin": (
            "(pin|pins|senha|senhas)", "(codigo|numero) (pin|secreto|pessoal|confidencial|multibanco)", "p i n", f"senha {_OF_CARD}",
            "senha (de (quatro|4|seis|6) digitos|do banco|secreta|numerica|pessoal)",
            "numero de identificacao pessoal", "codigo do multibanco",
            "(codigo|senha|pin) (que|com que) [voce] (marca|usa|poe|mete|digita|coloca|tecla) (no|na) (multibanco|caixa|caixas|maquina|maquininha|maquinas|terminal|compras)",
            "(quatro|4) (numeros|digitos|algarismos) (secretos|do multibanco|da senha|do pin)", "(contrassenha|contra senha|palavra chave)",
            "codigo (errado|incorreto|incorrecto|invalido)", f"codigo (de|com) (quatro|4) {_DIGITS}", "palavra passe",
        ),
        "part": (
            f"(ultimos|finais) {_FOUR} [{_DIGITS}]", f"{_FOUR} ultimos [{_DIGITS}]", f"{_FOUR} {_DIGITS} (finais|do final)",
            f"primeiros (seis|6|oito|8) [{_DIGITS}]", f"(seis|6|oito|8) primeiros [{_DIGITS}]",
            f"{_FOUR} finais", f"ultimos {_DIGITS}", "(termina|terminado|terminada|terminam|acaba|acabado|finaliza|final) [(em|com|no)]",
        ),
        "other": (
            f"(numero|numeros|num|no|n|codigo|referencia|id) (de|do|da|do seu|da sua|do meu|da minha) {_KIND}", f"(numero|codigo|num) {_KIND}",
            "(cpf|rg|nota fiscal|cnpj|cnh|nif|niss|nib|iban|imei|swift|bic|renavam|cep|c p f|c e p|n i f|ddd|pix|puk|cpe|iccid)",
            "(codigo postal|codigo de barras|data de nascimento|nascido em|nascida em|aniversario|nascimento)",
            "(da|a|e a|o da|e o da) seguranca social",
            "(seguranca social|cartao (de cidadao|cidadao)|bilhete de identidade|carta de conducao|carteira de (identidade|motorista|trabalho)|passaporte|titulo de eleitor|contribuinte)",
            "(cartao|carteirinha) (de (utente|saude|embarque|fidelidade|socio|cliente|visita|pontos|estudante|identidade|acesso|transporte)|do (sus|plano|convenio)|fidelidade|presente|sim|continente|refeicao poupa)",
            "(entidade|entidade e referencia|referencia multibanco|referencia [(e|de)]|linha digitavel|boleto)",
            "(ligar|ligue|liga|ligo|ligamos|ligaremos|ligam|ligarem|telefonar|telefono|telefonamos|telefone|contactar|contatar|contactamos|contatamos|falar|falamos|retornar|retornamos|chamar|chamamos|mando|mandamos|envio|enviamos) [(lhe|te)] (para|para o|no|ao|pelo)",
            "(ligar|ligam|ligando|ligaram|ligou|chamam|chamaram) (do|de um|desde o)",
            "(envio|enviamos|enviarei|enviar|mando|mandamos|mandar|mandarei|passo) [(lhe|te|vos)] [(um|o|por)] (link|sms|mensagem|whatsapp|email)",
            "(nos|me) encontra (no|ao|pelo)", "(encontra|encontrar) (nos|me) (no|ao|pelo)",
            "(um|o|seu|meu|teu|outro) (contacto|contato) [(e|e o)]",
            "(mudei|mudou|mudamos|troquei|trocou) (de|o) (numero|telemovel|telefone|celular)", "(o nosso|o meu) e o",
            f"{_BEARERS} [(novo|nova|anterior|certo|certa)] e (o|a)", f"{_BEARERS} (novo|nova|anterior) e",
            f"{_BEARERS} [que] (acaba|termina|acabado|terminado|acabada|terminada) (em|com)",
            "(garantia|licenca|prazo|oferta|promocao|inspecao|inspeccao|vistoria|carta|carteira|assinatura|mensalidade|orcamento|cupom|cupao|ipva|iuc) (vence|vencem|caduca|caducam|termina|acaba|expira|e valida|e valido|vale|valido|valida) [ate]",
            "(senha|codigo) (do|da|de) (wifi|wi fi|router|roteador|email|app|aplicativo|portal|alarme|porta|cadeado|cacifo|portao|telefone|telemovel|atendimento)",
            "(ordem|nota|folha|guia) de (compra|servico|entrega|envio|trabalho)", "codigo (promocional|de desconto)",
            "(bilhete|contador|medidor|boletim|protocolo|processo) e", "leitura [(do|da) (contador|medidor|gas|luz|agua)]",
            "(chassi|chassis|quadro da (mota|bicicleta))", "pin (do|da|de) (telemovel|celular|sim|chip|cartao sim|receita)",
            "(abrimos|abrem|abre|fechamos|fecham|fecha|aberto|abertos|horario|atendemos) [e] (de|das|da|as|a|ate) [as]",
            "(tem|tens|temos) [(tempo|prazo)] ate [(o|ao|a)]",
            "(chega|chegam|chegara|entregamos|entregam|entregue|entrega e|recebe|recebera|saiu|sai|enviamos|levamos) (no|no dia|a|ate|em|entre|dia)",
            "(vence|vencem|pagar|paga) (no|em|ao|ate ao|ate o) dia", "(euros|euro|reais|real|centavos|centimos) [e] (vence|vencem)",
            "debito (direto|directo|bancario|em conta)",
            "(sairam|sorteados|sorteio|numeros sorteados|chave sorteada|euromilhoes|totoloto|mega sena|loteria|lotaria|quina|boletim)",
            "(meu|seu|teu) (telefone|telemovel|celular|numero de telefone|zap|contacto|contato) [e]", "(ligue|liga|ligar|contacte) (nos|pelo|o)",
            "(meu|seu) numero mudou",
            "codigo (de (acesso|ativacao|activacao|autenticacao|autorizacao|confirmacao|desbloqueio|uso unico)|unico|temporario|otp)",
            "codigo [de (verificacao|seguranca)] (por|via|pelo|do|no) (sms|mensagem|whatsapp|email|telemovel|celular)", "(sms|otp|token)",
            "(indicativo|ramal|localizador|processo|protocolo|agencia|matricula)",
            "(codigo|numero) [de (verificacao|seguranca)] que [(lhe|te|me|eu|nos)] [(acabei de|acabamos de|foi|vai|acabou de)] (enviei|enviar|enviamos|mandei|mandamos|mandar|recebeu|receber|chegou|chegar|enviado|recebi)",
        ),
        "thing": (
            "por cento", "(o|seu|meu) seguro", "a nota",
            "(cofre|consulta|marcacao|agendamento|consumo|comissao|juros|divida|multa|gastos|iva|subtotal|gorjeta|franquia|velocidade|altura|potencia|cacifo|armario|cautela)",
            """(quarto|andar|porta|assento|lugar|plataforma|portao|mesa|sala|ramal|caixa|cofre|linha|terminal|saldo|total|valor|montante|preco|custo|taxa|tarifa|limite|temperatura|peso|idade|tamanho|consulta|consumo|comissao
            |divida|multa|iva|subtotal|franquia|velocidade|altura|potencia) (e|sao|era|sera|fica em|fica por) [(o|a|de|do|as|em)]""",
            "(plus|p t|p de (pato|portugal|porto) t [de (tomar|tatu|teresa|tavira)])", _BEARERS_OF_MANY, "(cobrados|debitados)",
            "(multibanco (nao|diz|da|pede|rejeita|engoliu)|(no|ao|um|num) multibanco|caixa (multibanco|eletronico|electronico|automatico)|terminal)",
            """(telefone|telemovel|celular|pedido|encomenda|reserva|fatura|factura|rastreio|rastreamento|ticket|chamado|apartamento|apto|andar|porta|quarto|sala|bloco|torre|voo|onibus
            |autocarro|comboio|trem|metro linha|assento|lugar|poltrona|plataforma|portao|rua|avenida|travessa|praca|largo|estrada|rodovia|lote|casa|saldo|total|valor|montante|preco|custo|taxa|tarifa|limite|temperatura|peso|idade
            |tamanho|modelo|versao|canal|prima|aperte|digite|tecla|opcao|linha|capitulo|pagina|conta|pacote|caixa|apolice|sinistro|contrato|envio|remessa|guia|objeto|operacao|autorizacao|aprovacao|transacao|transferencia
            |orcamento|cotacao|solicitacao|ocorrencia|comprovativo|comprovante|talao|bilhete|passagem|ingresso|contador|medidor|estrela|estrelas|certificado|assinatura|desde|endereco|morada|loja|mesa|fila|artigo)""",
        ),
        "pan": (
            f"(numero|numeros|num|digitos|dados|numeracao) {_OF} {_CARD}", f"(numero|numeros|numeracao) {_CARD}",
            "(numero|numeros|numeracao) (completo|completa|completos|inteiro|inteiros|inteira|inteirinho|todo|todos|toda|longo|longos|comprido|compridos|grande|grandao|enorme|maior|principal|extenso)",
            "(numero pan|numeracao|o pan|seu pan)",
            "(numero|numeros|digitos|algarismos) (gravado|gravados|impresso|impressos|estampado|estampados|marcado|marcados|em alto relevo|do plastico)",
            "algarismos (do|no) [(seu|teu)] cartao", "(os outros|os ultimos|os restantes) (doze|12)", "quatro a quatro",
            "(cartao|plastico) (todo|inteiro|completo)",
            f"{_SIXTEEN} {_DIGITS} [({_SHOWN}|{_AT_FRONT})]", f"{_SIXTEEN} {_AT_FRONT}",
            "(os|uns|esses|aqueles|dos|aos|meus|seus) (dezasseis|dezesseis|16) [todos]", f"(numero|codigo) (de|com) {_SIXTEEN} digitos",
            f"{_DIGITS} (longos|grandes|em relevo|completos|maiores|todos|gravados|impressos)",
            "(grandoes|numeroes|fila de (numeros|digitos|algarismos)|fileira de numeros|(numero|numeros|numeracao) (dele|que (la|ai) (vem|esta|diz|aparece)|que (vem|esta|aparece) (la|ai|gravado|impresso|escrito|a frente)))",
            "o que [(la|ai)] (esta|vem|diz|aparece) (a|na) frente",
            f"{_DIGITS} [{_SHOWN}] {_AT_FRONT}", f"{_DIGITS} {_SHOWN} no [(seu|teu)] cartao",
            f"(proximos|seguintes|outros|restantes|segundos|demais|primeiros) (quatro|4|{_DIGITS}) [{_DIGITS}]",
            f"(quatro|4) (seguintes|proximos|restantes|primeiros) [{_DIGITS}]",
            f"{_DIGITS} (seguintes|restantes|que faltam)", f"(resto|restante) (do numero|dos (digitos|numeros)|da numeracao|{_OF_CARD})",
            "(proximo|segundo|terceiro|quarto|ultimo|primeiro|seguinte) (bloco|grupo|conjunto|quarteto|bloquinho|grupinho)",
            "(quatro|4) em (quatro|4)", "(grupos|blocos) de (quatro|4)", "(mais|e mais|agora mais|faltam|outros) (quatro|4)",
            "(vai|manda|dita|dite|passa|diz) [me] os (digitos|algarismos)",
        ),
        "card": (f"[{_BRAND}] (cartao|cartoes|cartaozinho) [{_TAIL}]", _BRAND, "(credito|debito|plastico)", "(nubank|revolut|wizink|mbnet|mb net|ourocard|cetelem|mb way virtual)", "titular do cartao"),
        "code": ("(codigo|codigos)", "codigo (verificador|de (verificacao|validacao|controle|controlo))", "digito (verificador|de (controle|controlo))"),
        "pay": ("nao (me|nos) (diga|de|mande|envie|escreva|passe) [nunca] (o|os|a|seus) (numero|dados|digitos|codigo|cvv|pin|senha) [(do|do seu) cartao]",
                "nao (mande|envie|escreva) [aqui] [os] dados (do|do seu|de) cartao",
                """(pagar|pago|paga|pagamento|pagamentos|pagando|paguei|pague|cobrar|cobranca|cobrado|debitar|debitado|faturar|reembolso|reembolsar|estorno|estornar|deposito|caucao|sinal|parcelar|adiantamento
            |liquidar|liquidacao|saldar|regularizar|quitar|quitacao|doacao|donativo|parcelamento|parcelado|debita|debite|cobra|cobre|lancar
            |comprar|compra|entrada|recarga|carregar|carregamento)""",),
    }),
)  # fmt: skip
