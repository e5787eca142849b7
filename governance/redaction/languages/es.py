"""Spanish, of Spain and of the Americas: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import below_hundred, repeated

_UNITS = {
    "cero": "0", "cerito": "0", "sero": "0", "uno": "1", "una": "1", "un": "1", "dos": "2", "tres": "3", "cuatro": "4", "quatro": "4",
    "cinco": "5", "sinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
}  # fmt: skip
_TEENS = {
    "diez": "10", "dies": "10", "once": "11", "doce": "12", "dose": "12", "trece": "13", "trese": "13", "catorce": "14",
    "catorse": "14", "quince": "15", "quinse": "15",
    **{
        begun + unit: f"1{digit}"
        for unit, digit in (("seis", "6"), ("siete", "7"), ("ocho", "8"), ("nueve", "9"))
        for begun in ("dieci", "diesi", "dieci ", "diez y ", "diez i ", "dies y ")
    },
    **{
        begun + unit: f"2{digit}"
        for unit, digit in _UNITS.items() if digit != "0"
        for begun in ("veinti", "beinti", "veinti ", "vente ")
    },
}  # fmt: skip
_TENS = {
    "veinte": "2", "beinte": "2", "treinta": "3", "trenta": "3", "cuarenta": "4", "quarenta": "4", "cincuenta": "5",
    "cinquenta": "5", "sincuenta": "5", "sesenta": "6", "setenta": "7", "ochenta": "8", "noventa": "9",
}  # fmt: skip
_PLURALS = {
    "ceros": "0", "unos": "1", "doses": "2", "treses": "3", "cuatros": "4", "cincos": "5", "seises": "6", "sietes": "7",
    "ochos": "8", "nueves": "9",
}  # fmt: skip
_TIMES = {"dos veces": 2, "tres veces": 3, "cuatro veces": 4}
_TEN_AND_TIMES = {
    f"{ten}{joint}{said}": f"{digit}0{digits}"
    for ten, digit in _TENS.items()
    for joint in (" ", " y ")
    for said, digits in repeated(_TIMES, _UNITS, (" ", " el ")).items() if not said.endswith((" un", " una"))
}  # fmt: skip
"""`treinta y dos veces uno` is thirty and two ones where numbers are read out, and not thirty-two times something."""
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
         "septiembre setiembre sept sep set", "octubre oct", "noviembre nov", "diciembre dic"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    eh ehm em emm mmm mm hm hmm um uh ah aja ajam oh uy ay bueno pues este esto osea o sea vale si ya claro ok okay okey
    oki listo perfecto correcto exacto exactamente eso es son y e luego despues entonces ahora le sigue siguen seguido
    seguidos sigo siga continua continuo continue coma guion guiones raya barra espacio punto pausa perdon perdona
    perdone perdoname disculpa disculpe disculpame lo siento no nop espera espere esperate esperame aguarda aguarde
    momento momentito momentico segundito minutito ver dejeme dejame veo mira mire digo decia mejor dicho decir corrijo
    rectifico otra repito repite repita nuevo equivoque equivocado mal asi aqui que dime digame adelante gracias muy
    bien genial estupendo entiendo entendido anotado apuntado ahi tambien la el otro otros nuevamente aca diga sip sale
    orale andale dale che me he de del
"""
_QUANTITIES = """
    euro euros eur centimo centimos centavo centavos pesos dolar dolares usd mxn ars clp cop libra libras sol soles
    bolivar bolivares quetzal quetzales lempira lempiras colon colones guarani guaranies real reales peseta pesetas duros
    pavos lucas millon millones billon billones porciento minuto minutos min segundos seg hora horas hs
    hrs dia dias semana semanas quincena mes meses ano anos trimestre trimestres am pm h veces persona personas
    adulto adultos nino ninos menores pasajero pasajeros huesped huespedes noche noches habitaciones dormitorio
    dormitorios camas articulos productos unidad unidades pieza piezas cajas botella botellas paquetes maleta maletas
    bulto bultos par pares copia copias digito digitos cifra cifras caracteres letras intento intentos opciones preguntas
    cuotas plazos mensualidades recibos facturas pedidos llamadas entradas billetes boletos kilo kilos kg gramo gramos
    litro litros metro metros km kilometros centimetro centimetros cm grado grados gb gigas megas mb puntos
    estrellas paginas plazas asientos paradas pisos plantas lineas kilovatios vatios kw kwh porcentaje cosas tipos
    docena docenas tercios cuartos laborables habiles miligramos mg mililitros ml pastilla pastillas comprimidos capsulas gotas
    sobres cucharadas ampollas
"""
_DETERMINERS = """
    de del el la lo los las este esta ese esa aquel aquella otro otra cada algun alguna ningun ninguna cualquier nuevo nueva mismo misma
    primer primero segundo segunda tercer tercero ultimo ultima solo unico mi tu su nuestro nuestra buen mal gran correcto
    equivocado anterior siguiente proximo antiguo viejo actual
"""
_COMMON = """
    el los las de del que y en un una por con para su sus al lo le es se mi me si no pero como mas muy esta este eso ya
    hola buenos buenas dias tardes gracias usted senor senora tiene puede quiero digame cual donde cuando porque tambien
    ahora aqui hay soy estoy favor nada bien vale pues hecho hoy
"""

_BRAND = """(visa|viza|mastercard|master card|master|maestro|amex|american express|american|discover|diners [club]|jcb|union pay
    |unionpay|cabal|carnet|naranja)"""
_TAIL = "(de (credito|debito|prepago|pago|empresa)|bancaria|prepago|virtual|visa|mastercard|maestro|amex|american express)"
_CARD = f"(tarjeta [{_TAIL}]|tarjetas|tarjetita|plastico|visa|mastercard|amex|american express)"
_OF = "(de [(la|su|tu|mi|el|los|sus|esa|esta|la nueva|su nueva|la otra)]|del)"
_OF_CARD = "(de [(la|su|tu|mi|esa)] tarjeta|del plastico)"
_DIGITS = "(digitos|numeros|cifras|numeritos|digito|numero)"
_SIXTEEN = "(dieciseis|16|quince|15|diecinueve|19|trece|13|catorce|14)"
_SHOWN = "que (aparecen|vienen|salen|estan|tiene|aparece|viene|esta)"
_AT_BACK = """(atras|detras|(de|por) (atras|detras)|(al|del|en el|por el) (reverso|dorso)|[(en|de|por) la] (parte (de atras|trasera
    |posterior)|contracara|trasera)|reverso|dorso|[(en|de|por)] la espalda|[(en|de|por)] el otro lado|del otro lado|(del|en el|por el) lado (de atras|contrario|posterior)|a la vuelta|(de|en) la vuelta)"""
_AT_FRONT = """((de|por|en) (delante|adelante|enfrente)|(en el|del|por el) (frente|anverso|medio|centro)|(en|de|por) la (cara|parte
    (delantera|frontal|de delante|de adelante|de enfrente))|frontal|frontales|delanteros)"""
_FOUR = "(cuatro|4|cinco|5|dos|2|seis|6|ocho|8)"
_KIND = """(telefono [(movil|fijo|celular|de contacto)]|movil|celular|fijo|fax|contacto|whatsapp|pedido|orden|compra|referencia
    |reserva|reservacion|localizador|confirmacion|factura|boleta|recibo|seguimiento|rastreo|guia|envio|paquete|albaran|expediente
    |caso|incidencia|ticket|tique|boleto|billete|entrada|poliza|siniestro|parte|cliente|socio|abonado|afiliado|afiliacion|usuario
    |contrato|cuenta [(corriente|bancaria|de ahorros|de cheques)]|iban|swift|bic|clabe|cbu|dni|nif|nie|cif|cuit|cuil|rut|rfc|curp
    |cedula|ine|documento|identidad|identificacion|pasaporte|carnet [de (conducir|identidad)]|carne|licencia|matricula|placa|placas
    |bastidor|serie|modelo|imei|sim|seguridad social|nss|historia clinica|colegiado|registro|autorizacion|aprobacion|operacion
    |transaccion|transferencia|protocolo|solicitud|tramite|folio|radicado|reclamacion|reclamo|queja|cita|turno|vuelo|asiento
    |puerta|anden|habitacion|piso|casa|portal|apartamento|departamento|extension|interno|anexo|cups|contador|medidor|servicio
    |suministro|sucursal|tienda|oficina|lote|articulo|producto|cupon|promocion|descuento|vale|empleado|agente|operador|donante|voluntario|miembro|fidelidad
    |fidelizacion|puntos|viajero frecuente|viajero|pasajero|paciente|estudiante|asegurado|catastro|barras|area|pais|postal|error|version
    |patente|linea|fax|oficio|justificante|devolucion|garantia|soporte)"""

_BEARERS = """(telefono|movil|celular|fijo|pedido|orden|reserva|reservacion|factura|recibo|boleta|ticket|tique|resguardo|billete|boleto|entrada|caso
    |expediente|incidencia|reclamacion|reclamo|tramite|solicitud|folio|radicado|protocolo|poliza|siniestro|contrato|contador|medidor|envio|paquete|guia
    |seguimiento|rastreo|albaran|remision|remito|remesa|presupuesto|cotizacion|referencia|localizador|autorizacion|aprobacion|operacion|transaccion
    |transferencia|justificante|bono|cupon|pasaporte|visado|vuelo|matricula|placa|bastidor|chasis|suscripcion|certificado|garantia|cuenta)"""
"""What has a number by which it is called: `el pedido es el …` names one."""
_BEARERS_OF_MANY = "(pedidos|ordenes|reservas|facturas|recibos|billetes|boletos|envios|paquetes|expedientes|polizas|contratos|tickets)"

LANGUAGE = Language(
    code="es",
    numbers=MappingProxyType(below_hundred(_UNITS, _TEENS, _TENS, (" y ", " i ", " ", "y", "i"))),
    hundreds=MappingProxyType({
        "cien": "1", "ciento": "1", "doscientos": "2", "doscientas": "2", "trescientos": "3", "trescientas": "3",
        "cuatrocientos": "4", "cuatrocientas": "4", "quinientos": "5", "quinientas": "5", "seiscientos": "6",
        "seiscientas": "6", "setecientos": "7", "setecientas": "7", "sietecientos": "7", "ochocientos": "8",
        "ochocientas": "8", "novecientos": "9", "novecientas": "9", "nuevecientos": "9",
    }),
    hundred=frozenset({"cientos", "cientas"}),
    thousand=frozenset({"mil"}),
    bare_thousand=True,
    unit_joins=True,
    multipliers=MappingProxyType({"doble": 2, "dobles": 2, "triple": 3, "triples": 3, "cuadruple": 4}),
    doubled=MappingProxyType({
        **repeated(_TIMES, _UNITS, (" ", " el ", " un ")),
        **_TEN_AND_TIMES,
        **repeated({"dos": 2, "tres": 3, "cuatro": 4, "un par de": 2, "par de": 2}, _PLURALS),
        **repeated({"doble": 2, "triple": 3}, _PLURALS),
        **repeated({"doble": 2, "triple": 3}, _UNITS, (" el ",)),
    }),
    articles=frozenset({"un", "una", "uno"}),
    homophones=MappingProxyType({
        "sais": "6", "seguis": "6", "hecho": "8", "echo": "8", "nieve": "9", "llueve": "9", "tras": "3", "acero": "0",
        "cerro": "0", "dios": "2", "hoy": "8", "serio": "0", "cuadro": "4", "cuatros": "4", "humo": "1", "tos": "2", "siente": "7", "onse": "11",
    }),
    determiners=frozenset(_DETERMINERS.split()),
    names_before=frozenset({"numero", "num", "nro"}),
    names_after=("(numero|numeros|num|nro|referencia) (de|del) [(la|el|su|mi|tu)]",),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|cbb|cvb|cebebe)", "c (v|b|uve|ve) (v|c|b|uve|ve|2|dos)", "ce (uve|ve|be) (uve|ve|ce|be)",
            "(c|ce) doble (v|uve|ve)", "ce (uve|ve) doble",
            f"(codigo|codigos|numero|numeros|digitos|cifras) de seguridad [de (tres|3|cuatro|4) {_DIGITS}]",
            f"(codigo|numero|digito|digitos) (verificador|de (verificacion|validacion|control|comprobacion)) {_OF_CARD}",
            f"(tres|3) [(ultimos|ultimas|pequenos)] {_DIGITS} [{_AT_BACK}]", f"(ultimos|ultimas) (tres|3) [{_DIGITS}]",
            f"(tres|3) (ultimos|ultimas|{_AT_BACK})",
            "(tres|3) (chiquitos|chicos|pequenos|pequenitos|chiquititos|del (final|fin|lado)|finales|que (faltan|vienen|estan|salen|aparecen|hay|tiene|trae))",
            f"(tres|3) [{_DIGITS}] (de|de la) seguridad", "(el|los|y el|y los|solo el) [(tres|3)] de seguridad",
            "(falta|solo falta|falta solo|y) la seguridad [de la tarjeta]", "(codigo|clave) (de|con) (tres|3)",
            f"(tres|3) [{_DIGITS}] de (control|comprobacion|alli|ahi|arriba|abajo)",
            "(y|solo|faltan|falta|mas) [(me|le|solo|solo me|me faltan)] los [otros] (tres|3)",
            "(son|los|esos) (cuatro|4) [(pequenos|chiquitos)] (al frente|enfrente|de delante|de arriba|de adelante)",
            "(mas|otros|unos|esos|hay|tiene|son) (tres|3) (que (son|estan|hay|vienen)|numeros|digitos|cifras|numeritos) [(pequenos|chiquitos)]",
            "parte blanca", "y el verificador", "digito de seguridad", "codigo trasero", "codigo de autenticacion de (la|su|tu|esa) tarjeta",
            "(codiguito|numerito|numerillo|digitito|digititos|cifritas)", "clave (de atras|del reverso|de seguridad de la tarjeta)",
            "(volteandola|volteela|volteala|girandola|girela|girala|dele vuelta|dale vuelta|dele la vuelta|dale la vuelta|dandole la vuelta|dandole vuelta|dela vuelta|dala vuelta|de vuelta la tarjeta)",
            "(al lado|cerca|despues|al costado|a la derecha|encima|detras|donde|al final) de (la|su) firma",
            "(tres|3|cifras|digitos|numeritos) [que (estan|vienen|hay)] (de|en) la firma", "(tirita|franjita|tira|etiqueta) blanca",
            "donde (se firma|firma|va la firma)", "(cerca|al lado|debajo|encima) de la (banda|tira|franja)",
            f"({_DIGITS}|codigo|codigos) {_AT_BACK}", _AT_BACK,
            f"codigo [de] (tres|3|cuatro|4) {_DIGITS}", f"(cuatro|4) {_DIGITS} [pequenos] {_AT_FRONT}",
            "(voltee|voltea|gire|gira|dele la vuelta a|dale la vuelta a|de la vuelta a) [(la|su|tu)] (tarjeta|plastico)",
            "[(tres|3) [(numeros|digitos|cifras|numeritos)] (de|en|que hay en|que estan en|junto a) [la]] (banda|panel|tira|franja) de [la] firma",
            "junto a [la|su] firma",
        ),
        "expiry": (
            "[(fecha|mes|ano)] (de|del) (caducidad|vencimiento|expiracion|validez|vigencia|expedicion)",
            "(caducidad|vencimiento|expiracion|validez|vigencia)",
            "(caduca|vence|expira|caducan|vencen|venza|caduque|vencida|caducada|vencio|caduco|expiro|expirada) [(en|el|a|al|en el mes de)]",
            "(valida|valido|vigente|buena) (hasta|hasta el|hasta fin de|desde)", "(vale|sirve|dura) hasta [el]", "(que|cual es el|en que) mes",
            "y (el|de que) ano", "(hay|pone|tiene|trae|viene|lleva|sale) [escrita] una fecha", "valid thru",
            "mes y [(el|de|del|un|su)] (ano|anio)", "mes (ano|barra ano|con ano)",
            "hasta cuando (es|vale|sirve|esta) [(valida|vigente)]", "cuando (vence|caduca|expira)",
            "hasta (que|cual) (fecha|mes) [es] [(valida|vigente)]", "fecha (que|la que) (pone|tiene|trae|lleva)", f"fecha {_OF_CARD}",
            f"fecha {_SHOWN}", "(fecha|mes|ano) (limite|final|tope|de (termino|fin|terminacion|finalizacion|salida))",
            "(fecha|mes|mes y el ano|mes y ano) en que [se] (acaba|vence|termina|expira|caduca)",
            "hasta cuando [(le|la|me|es que|ella)] (sirve|vale|dura|va|llega|funciona|tiene|es|esta|queda|puede|pone|dice)",
            "hasta (que|cual) (fecha|mes|ano) [(le|es|es que|ella)] (sirve|vale|va|dura|funciona|llega|esta|pone|dice)",
            "(cuando|que mes|que ano) [(se|le|es que|te|la|se le)] (vence|caduca|expira|acaba|termina|deja|dejara|finaliza|va a vencer|va a caducar)",
            "(termina|acaba|finaliza) (cuando|en que mes|en que ano)",
            "(en vigor|vigencia) [hasta]", "hasta cuando", "que (fecha|mes) [(es|es el que)] (trae|tiene|pone|dice|lleva|sale|aparece|viene)",
            "mes primero", "(fecha|fecha de) (exp|expiracion|caducacion|vencer)",
            "(abajo|debajo) [que] (dice|pone|sale|aparece|viene|hay|tiene|trae)", "(debajo|abajo) del nombre",
            "(good thru|donde pone hasta|donde dice hasta|pone hasta|dice hasta)", "(deja|dejar) de (ser valida|valer|funcionar)",
            "(mm|m m) (aa|a a)", "(nueva fecha|fecha nueva|fecha (de esa|de esta|de la nueva)|y la fecha)",
            "(que mes y que ano|que mes y ano|mes y el ano que)",
            "(abajo|debajo|ahi abajo|ahi) (hay|tiene|trae|viene|sale|pone) (una fecha|un mes)",
            "(la fecha (ahi|de abajo|que ahi|que esta|que hay|que sale|impresa|grabada|de la tarjeta))", "debajo (del|de los) (numero|numeros)",
            "(venciendo|caducando|expirando|vencera|caducara|vencia|caducaba) [(en|el)]", "(caducidad|vencimiento) de ella",
        ),
        "pin": (
            "(pin|nip|pines|claves)", "(numero|codigo|clave) (pin|nip|secreto|secreta|personal)", "(p i n|n i p)",
            "numero de identificacion personal",
            f"(clave|contrasena) [(secreta|{_OF_CARD}|del cajero|de cajero|de (cuatro|4) {_DIGITS})]", "codigo (del|de) cajero",
            "(codigo|clave|numero|pin) (que|con que|con el que) (usa|marca|pone|mete|teclea|digita|introduce|utiliza|saca) [dinero] (en|del) [(el|los)] (cajero|cajeros|terminal|datafono)",
            f"(cuatro|4) {_DIGITS} (secretos|del cajero|de la clave|del pin)",
        ),
        "part": (
            f"(ultimos|ultimas|finales) {_FOUR} [{_DIGITS}]", f"{_FOUR} (ultimos|ultimas|finales) [{_DIGITS}]",
            f"{_FOUR} {_DIGITS} (finales|del final)",
            f"(ultimos|ultimas) {_DIGITS}", f"(primeros|primeras) (seis|6|ocho|8) [{_DIGITS}]", f"(seis|6|ocho|8) (primeros|primeras) [{_DIGITS}]",
            "(termina|terminada|terminado|terminan|terminacion|acaba|acabada|finaliza|finalizada) [(en|con)]",
        ),
        "other": (
            f"(numero|numeros|num|no|nro|codigo) (de|del|de la|de su|de mi|de tu) {_KIND}", f"(numero|nro|codigo|clave) {_KIND}",
            "(dni|nif|nie|cif|iban|cuit|cuil|rut|rfc|curp|clabe|cbu|cups|imei|swift|bic|d n i|n i f|n i e|nss|cvu)", "codigo (postal|de barras)",
            "(referencia|localizador|expediente|matricula|radicado|folio|anexo)",
            "(seguridad social|fecha de nacimiento|fecha de alta|cumpleanos|documento nacional|documento de identidad|pasaporte|cedula [de identidad])",
            f"(numero|codigo) {_OF} tarjeta (sanitaria|sim|de (embarque|identidad|residencia|regalo|fidelidad|fidelizacion|socio|cliente|puntos|transporte|salud))",
            "tarjeta (sanitaria|sim|de (embarque|identidad|residencia|regalo|fidelidad|fidelizacion|socio|socios|cliente|puntos|transporte|salud|seguro))",
            "(llamar|llamarle|llamarme|llameme|llamame|contactar|contactarle|contactarme|localizarle|localizarme|marcar|marque|escribir) (al|en el|a|a este)",
            "(llamo|llamamos|llamare|llamaremos|llamaran|llaman|llamen|llame|llamado|llamando|marcar|marcamos|contactamos|contactaremos|localizamos|localizar|escribimos|escribo|mando|mandamos|envio|enviamos) (al|a este|en el)",
            "(llaman|llama|llamado|llamando|llamaron|llamaban|marcaron) (del|desde el)",
            "(encuentra|encuentran|encontrarnos|encontrarme|localiza|localizan|ubica|ubicarme|tiene|tienen) (en el|al) (numero|telefono|movil|celular)",
            "(nos|me) (encuentra|encuentran|encontrara|localiza|localizan|ubica|contacta) (en el|al|en)",
            "(el nuestro|los nuestros|el mio) (es|son) [(el|los)]",
            "(mando|mandamos|mandare|mandar|mandarle|envio|enviamos|enviare|enviar|enviarle|paso) [(un|el|por)] (enlace|link|sms|mensaje|whatsapp|correo)",
            "(cambie|cambiado|cambio|cambiamos) de (numero|telefono|movil|celular)",
            f"{_BEARERS} [(nuevo|nueva|anterior|correcto)] (es|era|seria|sera|queda en) (el|la)",
            f"{_BEARERS} (nuevo|nueva) (es|sera) [(el|la)]", f"{_BEARERS} [que] (acaba|termina|acabado|terminado|acabada|terminada) (en|con)",
            "(garantia|permiso|plazo|oferta|promocion|itv|carne|licencia|abono|suscripcion|inscripcion|inspeccion|presupuesto|cupon|bono) (vence|vencen|caduca|caducan|termina|acaba|expira|es valida|es valido|vale|valido|valida) [hasta]",
            "(clave|contrasena) (del|de la|de) (wifi|router|correo|web|app|aplicacion|portal|alarma|puerta|candado|taquilla|telefono|movil)",
            "(orden|nota|hoja|parte) de (compra|trabajo|entrega|envio|servicio)", "codigo (promocional|descuento)",
            "lectura [(del|de la) (contador|medidor|gas|luz|agua)]", "(bastidor|chasis|vin)",
            "pin (del|de la|de) (movil|telefono|celular|sim|tarjeta sim|receta)",
            "(abrimos|abren|abre|cerramos|cierran|cierra|abierto|abiertos|horario|atendemos) [(es|todos los dias|de lunes a viernes)] (de|desde|a|hasta) [las]",
            "(tiene|tienen|tienes|hay) [(tiempo|plazo)] hasta [el]",
            "(llega|llegan|llegara|llegaran|entregamos|entregaremos|entregan|entrega|recibe|recibira|llevamos|mandamos|enviamos|sale|salio) (el|el dia|antes del|entre el|entre las)",
            "(vence|vencen|caduca|paga) [(el|al)] dia", "(euros|euro|pesos|dolares|soles|centimos|centavos) [y] (vence|vencen)",
            "(por|en el|al) banco",
            "(salieron|sorteados|sorteo|combinacion ganadora|numeros ganadores|reintegro|complementario|loteria|primitiva|euromillon|euromillones|bonoloto|quiniela)",
            "(mi|su|tu) (telefono|movil|celular|fijo|numero de telefono) [es]", "(llame|llamenos|llamar|llamanos|marque) (al|a nuestro)",
            "(mi|su) numero ha cambiado",
            "(codigo|clave|numero) [de] (un solo uso|activacion|autenticacion|desbloqueo|acceso|dinamica|temporal|sms|otp)",
            "(codigo|clave|numero) [de (verificacion|seguridad)] que [(le|te|me)] [(ha|han|hemos|acaba de|acabamos de)] (llegado|llegar|llego|enviado|enviar|enviamos|envie|mandado|mandamos|mande)",
            "(codigo|clave|numero) [de (verificacion|seguridad)] (por|del|de|en el) (sms|mensaje|whatsapp|correo|email)",
            "(sms|otp|token)", "(prefijo|interno)", "(la|de la|y la|y el de la|el de la) seguridad social",
            "numero de (la calle|portal|la casa)", "pago de servicios",
        ),
        "thing": (
            "por ciento", "a las", "(el|su|mi) (plazo|seguro)", "la nota", "caja fuerte",
            "(turno|cita|visita|consumo|comision|interes|deuda|recargo|gastos|iva|subtotal|propina|franquicia|multa|velocidad|altura|potencia|presion|tension|taquilla|butaca|dormitorio)",
            """(habitacion|piso|planta|portal|puerta|asiento|anden|mesa|sala|extension|caja|caja fuerte|taquilla|linea|terminal|unidad|turno|cita|visita|saldo|total|importe|monto|cantidad|precio|coste|costo|cuota|tarifa
            |limite|temperatura|peso|edad|talla|consumo|comision|interes|deuda|recargo|iva|subtotal|franquicia|multa|velocidad|altura|potencia) (es|son|era|sera|queda en|sube a|asciende a) [(el|la|de|del|a)]""",
            "(plus|e s [de (espana|sevilla)])", f"{_BEARERS_OF_MANY} [(el|la)]", "(cobrados|cargado|cargados|abonados)",
            """(telefono|movil|celular|fijo|pedido|orden|reserva|factura|seguimiento|rastreo|guia|ticket|tique|caso
            |incidencia|piso|planta|portal|puerta|habitacion|apartamento|departamento|escalera|vuelo|tren|autobus|asiento|anden|calle
            |avenida|avda|plaza|paseo|carretera|bloque|manzana|lote|torre|casa|saldo|total|importe|monto|cantidad|precio|coste|costo
            |cuota|tarifa|limite|temperatura|peso|edad|talla|modelo|version|canal|opcion|pulse|marque|linea|capitulo|pagina|cuenta
            |poliza|paquete|caja|siniestro|contrato|envio|albaran|remision|remito|remesa|guia|operacion|autorizacion|aprobacion|transaccion|transferencia|presupuesto
            |cotizacion|tramite|solicitud|protocolo|justificante|resguardo|bono|contador|medidor|unidad|movil|taxi|estrella|estrellas|dorsal|visado|certificado|suscripcion|desde|direccion|domicilio|kilometro
            |ruta|terminal|sala|mesa|fila|dorsal|extension|boleta|recibo)""",
        ),
        "pan": (
            f"(numero|numeros|numeracion|digitos|cifras|datos|num|no|nro) {_OF} {_CARD}",
            f"(numero|numeracion|numeros) (completo|completa|completos|largo|larga|larguito|largote|entero|entera|enteros|enterito|grande|grandote|principal|seguido|seguidos) [{_OF} (tarjeta|plastico)]",
            f"(numero|numeracion|num|no|nro) {_CARD}",
            f"{_SIXTEEN} {_DIGITS} [({_SHOWN}|{_AT_FRONT})]", f"{_SIXTEEN} {_OF_CARD}", "(los|esos|sus|mis|unos|las) (dieciseis|16)",
            "(todo el numero|todos los numeros|grandotes|fila de (numeros|digitos|cifras)|numeros (grandes|mayores|grabados|impresos|de arriba))",
            "lo que [ahi] (viene|pone|dice|esta|aparece|sale) (delante|al frente|adelante|enfrente)",
            "(numero|numeros|numeracion) que [(ahi|alli|le|se)] (viene|pone|dice|aparece|trae|tiene|sale|esta|ve) (ahi|alli|grabado|impreso|escrito|delante|al frente|en ella)",
            "(numero|numeracion) de ella",
            f"{_DIGITS} (largos|largo|larga|completos|completas|en relieve|grabados)",
            f"{_DIGITS} [{_SHOWN}] {_AT_FRONT}", f"{_DIGITS} [{_SHOWN}] (en|sobre) [(la|su|tu)] (tarjeta|visa|mastercard)",
            "numeracion", "embozado",
            "(numero|numeros|digitos|cifras) (impreso|impresos|grabado|estampado|estampados|realzado|realzados|en alto relieve) [(en|al) [(el|la)] [(frente|tarjeta)]]",
            "(el pan|su pan)", "cuatro a cuatro", "(tarjeta|plastico) (completa|completo|entera|entero)",
            "(los otros|los ultimos|los restantes) (doce|12)", "numero pan",
            "numero (tiene|aparece|pone|sale|figura|hay) [en] [(la|su)] tarjeta",
            f"(siguientes|proximos|proximas|otros|otras|segundos|restantes|primeros|primeras) (cuatro|4|{_DIGITS}) [{_DIGITS}]",
            f"(cuatro|4) (siguientes|proximos|proximas|restantes|primeros|primeras) [{_DIGITS}]",
            f"(resto|siguiente grupo|siguiente bloque|segundo grupo) [de [los|las] {_DIGITS}]", f"resto ({_OF_CARD}|del numero)",
            "de (cuatro|4) en (cuatro|4)", "tarjeta con la que", "grupos de (cuatro|4)", "(mas|y mas|ahora|faltan|otros) (cuatro|4)",
            "(dicte|deme|digame|pase|mande|dicteme) los digitos",
            "(primer|segundo|tercer|cuarto|ultimo|siguiente|proximo) (bloque|grupo|conjunto|cuarteto|bloquecito)",
        ),
        "card": (f"[{_BRAND}] (tarjeta|tarjetas|tarjetita|plastico) [{_TAIL}]", _BRAND, "(credito|debito)", "frente de [la|su] tarjeta"),
        "code": ("(codigo|codigos|codigo de (verificacion|validacion|control|comprobacion))", "codigo verificador",
                 "clave de (verificacion|seguridad)", "digito (verificador|de control)"),
        "pay": ("no (me|nos) (diga|de|dicte|mande|envie|escriba) [nunca] (el|los|su|sus) (numero|datos|digitos|codigo|cvv|pin) [(de la|de su) tarjeta]",
                "no (mande|envie|escriba) aqui [(el|los|sus)] (numero|datos) (de la|de su|de) tarjeta",
                """(pagar|pago|pagos|pagare|pague|pagarlo|pagarla|pagando|abonar|abono|cobrar|cobro|cobrarle|cobrelo|cobrela|cobremelo|cobreme|cobre|cobran|cobrado|cargo|cargar|cargarle|pasarela
            |domiciliar|domiciliacion|reembolso|reembolsar|devolucion|deposito|senal|fianza|adelanto|liquidar|liquidacion|saldar|regularizar|cancelar la deuda|donacion|donativo|cobremela|carguelo|carguela|cargame|debitar|debiten|debite|mensualidad|financiar)""",),
    }),
)  # fmt: skip
