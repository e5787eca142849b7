"""Italian: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import below_hundred, glued, repeated

_UNITS = {
    "zero": "0", "uno": "1", "un": "1", "una": "1", "due": "2", "tre": "3", "quattro": "4", "quatro": "4", "cinque": "5",
    "sei": "6", "sette": "7", "otto": "8", "nove": "9",
}  # fmt: skip
_TEENS = {
    "dieci": "10", "undici": "11", "dodici": "12", "tredici": "13", "quattordici": "14", "quatordici": "14", "quindici": "15",
    "sedici": "16", "diciassette": "17", "diciasette": "17", "diciotto": "18", "diciannove": "19", "dicianove": "19",
}  # fmt: skip
_TENS = {
    "venti": "2", "trenta": "3", "quaranta": "4", "cinquanta": "5", "sessanta": "6", "settanta": "7", "ottanta": "8",
    "novanta": "9",
}  # fmt: skip
_ELIDED = {
    f"{ten[:-1]}{unit}": first + _UNITS[unit] for ten, first in _TENS.items() for unit in ("uno", "un", "una", "otto")
}  # fmt: skip
"""The tens lose their vowel before another one: `quarantuno`, `quarantotto`."""
_APART = {
    f"{ten[:-1]} {unit}": first + _UNITS[unit] for ten, first in _TENS.items() for unit in ("uno", "otto")
}  # fmt: skip
_NUMBERS = {**below_hundred(_UNITS, _TEENS, _TENS, ("", " ")), **_ELIDED, **_APART}
_ONE_WORD = {word: digits for word, digits in _NUMBERS.items() if word not in {"un", "una"}}
_VOWEL = {word: digits for word, digits in _ONE_WORD.items() if word.startswith(("o", "u"))}
_HEADS = {"": "1", **{unit: digit for unit, digit in _UNITS.items() if digit not in "01"}}
_GLUED = {
    **glued(_ONE_WORD, _HEADS, "cento", "mille", thousands="mila"),
    **{
        word: digits for word, digits in glued(_VOWEL, _HEADS, "cent", "mille", thousands="mila").items()
        if not word.endswith("cent")
    },
}  # fmt: skip
"""Both `centoottanta` and `centottanta`."""
_TIMES = {"due volte": 2, "tre volte": 3, "quattro volte": 4, "2 volte": 2, "3 volte": 3}
_TEN_AND_TIMES = {
    f"{ten}{joint}{said}": f"{digit}0{digits}"
    for ten, digit in _TENS.items()
    for joint in ("", " ")
    for said, digits in repeated({"due volte": 2, "tre volte": 3, "quattro volte": 4}, _UNITS, (" ", " il ")).items() if not said.endswith((" un", " una"))
}  # fmt: skip
"""`trenta due volte uno` is thirty and two ones where numbers are read out, and not thirty-two times something."""
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("gennaio genn gen", "febbraio febb feb", "marzo mar", "aprile apr", "maggio magg mag", "giugno giu", "luglio lug", "agosto ago",
         "settembre sett set", "ottobre ott", "novembre nov", "dicembre dic"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    ehm eh ah oh uh uhm mm mmm hm hmm allora dunque beh be boh ecco si no sisi nono gia poi e ed anzi scusi scusa
    scusate pardon perdoni aspetti aspetta aspettate momento attimo attimino secondo secondino dica dico dicevo prego ok
    okay va bene benissimo perfetto esatto esattamente giusto certo certamente trattino lineetta spazio punto virgola
    barra pausa slash meno il lo la l le i gli ancora nuovo ripeto ripeta ripetere correggo correzione sbagliato sbaglio
    errore dire dopo quindi cioe insomma diciamo vediamo vedo guardi guardo leggo leggere pronto grazie capito segnato
    continui continua continuo vada avanti sono che seguito seguono segue anche infine come detto adesso qui questo
    questa questi quello rettifico intendo meglio letto invece ricomincio ricapitolando chiaro d accordo ottimo siamo
    eccolo eccoli eccola magari sarebbe oddio ops mannaggia dai presente mi del
"""
_QUANTITIES = """
    euro eur centesimo centesimi cent cents dollaro dollari sterlina sterline franco franchi chf usd lira lire milione milioni miliardo
    miliardi percento minuto minuti min secondi sec ora ore h giorno giorni settimana settimane mese mesi anno anni trimestre
    trimestri am pm volta volte persona persone adulto adulti bambino bambini passeggero passeggeri ospiti notte notti camere articoli
    prodotti pezzo pezzi scatole bottiglia bottiglie pacchi valigia valigie bagaglio bagagli paia paio copia copie cifra cifre numeri
    caratteri lettere tentativo tentativi opzioni domande rate rata fatture ordini chiamate biglietti chilo chili kg grammo grammi etto
    etti litro litri metro metri km chilometro chilometri centimetro centimetri cm grado gradi giga gb mb mega stelle punti pagine
    posti fermate piani linee kilowattora kwh watt kw cose tipi dozzina terzi quarti lavorativi giornate mq milligrammi milligrammo mg
    millilitri ml compresse compressa pastiglie pillole capsule gocce bustine fiale cucchiai mazzi
"""
_DETERMINERS = """
    di del il lo la l i gli le questo questa quello quella altro altra ogni qualche nessun nessuno nessuna ciascuno ognuno nuovo nuova stesso
    stessa primo prima secondo seconda terzo ultimo ultima solo mio mia suo sua tuo tua nostro vostro buon giusto giusta sbagliato
    vecchio precedente seguente prossimo quel quell
"""
_COMMON = """
    il lo la i gli le di del della dei che e un una per con su da al alla non si mi sono ho ha hai abbiamo e come ma anche piu
    questo questa suo sua mio mia buongiorno buonasera grazie prego signora signor allora perche quando dove cosa posso vorrei
    puo mi dica bene molto tutto ci ne se o
"""

_BRAND = """(visa|mastercard|master card|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay|postepay|poste pay
    |pagobancomat|cartasi|carta si|nexi|electron|vpay)"""
_TAIL = "(di (credito|debito|pagamento)|bancomat|prepagata|ricaricabile|visa|mastercard|maestro|amex|american express|aziendale|revolving|postepay)"
_CARD = f"(carta [{_TAIL}]|carte|cartasi|bancomat|visa|mastercard|postepay|amex|american express|prepagata)"
_OF = "(di|del|dell altra|della [(sua|tua|mia|nuova|sua nuova)]|sulla [(sua|tua)])"
_OF_CARD = "(della [(sua|tua|mia)]|di) carta [(di (credito|debito))]"
_DIGITS = "(cifre|numeri|numeretti|cifra|numero|numerini)"
_SIXTEEN = "(sedici|16|quindici|15|diciannove|19|tredici|13|quattordici|14)"
_SHOWN = "(che (trova|vede|legge|sono|ci sono|sta|c e|trovi|vedi)|riportati|riportate|stampati|stampate|riportato|stampato|indicato)"
_AT_BACK = "((sul|dal|nel|al) (retro|dietro|verso)|dietro|di dietro|retro|(sulla|nella) parte (posteriore|dietro|di dietro)|a tergo)"
_AT_FRONT = "((sul|nel) (fronte|davanti|frontespizio)|davanti|(sulla|nella) (parte (anteriore|davanti|frontale)|facciata)|fronte|al centro|in rilievo|in mezzo)"
_FOUR = "(quattro|4|cinque|5|due|2|sei|6|otto|8)"
_KIND = """(telefono|telefonico|tel|cellulare|cell|mobile|fisso|fax|casa|contatto|recapito|ordine|ordinazione|acquisto|riferimento|prenotazione
    |conferma|fattura|bolletta|ricevuta|scontrino|tracciamento|tracking|spedizione|pacco|ddt|pratica|fascicolo|caso|segnalazione|ticket|biglietto
    |polizza|sinistro|cliente|socio|abbonato|abbonamento|utente|utenza|tessera [(sanitaria|fedelta|socio|punti)]|contratto|conto [corrente]|iban|swift|bic
    |abi|cab|partita iva|fiscale|cf|previdenza|inps|inail|passaporto|patente|documento|carta d identita|targa|telaio|serie|seriale|matricola|modello|imei
    |sim|iccid|pnr|volo|treno|posto|carrozza|binario|gate|uscita|camera|stanza|appartamento|piano|interno|civico|cap|avviamento postale|postale
    |autorizzazione|operazione|transazione|bonifico|disposizione|protocollo|richiesta|reclamo|contatore|pod|pdr|fornitura|filiale|agenzia|sportello
    |negozio|lotto|articolo|prodotto|buono|sconto|promozione|coupon|voucher|fedelta|punti|carta fedelta|agente|operatore|dipendente|donatore|volontario|associato|iscritto|iscrizione|badge|studente
    |paziente|nosologico|impegnativa|ricetta|assistito|libretto|mav|rav|bollettino|avviso|iuv|cuu|univoco|destinatario|sdi|prefisso|linea|errore|versione
    |migrazione|portabilita|attivazione|sblocco|puk|accesso|intervento|appuntamento|preventivo|nota di credito|reso|rimborso|assegno|barre|ibm)"""

_BEARERS = """(telefono|cellulare|recapito|ordine|prenotazione|fattura|bolletta|ricevuta|scontrino|biglietto|ticket|caso|pratica|fascicolo|segnalazione|reclamo
    |richiesta|protocollo|polizza|sinistro|contratto|contatore|spedizione|pacco|tracking|bolla|ddt|documento di trasporto|lettera di vettura|preventivo
    |riferimento|autorizzazione|operazione|transazione|bonifico|voucher|coupon|passaporto|volo|targa|telaio|abbonamento|certificato
    |garanzia|conto|ricetta|impegnativa|verbale|bollettino|schedina)"""
"""What has a number by which it is called: `il nuovo biglietto è il …` names one."""
_BEARERS_OF_MANY = (
    "(ordini|prenotazioni|fatture|bollette|biglietti|spedizioni|pacchi|pratiche|polizze|contratti|ricette)"
)
_HAND_OVER = """(((mi|ci|puo) (dia|da|dica|detti|legga|dice|dettare|dare|leggere|serve|servirebbe|occorre)|(dammi|dettami|leggimi|dettarmi|darmi|leggermi)
    |(prenda|prendi|prendo|registro|registriamo|inserisco|segno|vorrei)) [(pure|adesso|ora)] la|bisogno della) [(sua|tua)]"""
_PAY_PAGE = "(pagina|schermata|form|modulo|maschera|portale|piattaforma|finestra|casella|sezione) (di|del|dei|per il|dedicata al) (pagamento|pagamenti|inserimento)"
_INVITES = "(mi (dica|detti)|(vada|dica|prego|proceda|ascolto|faccia) [pure]|la ascolto|l ascolto|quando (vuole|e pronto|e pronta|e comoda|e comodo)|segno|scrivo|tocca a lei|puo (andare|cominciare|iniziare|dettare))"
_PAYS_FOR = """((incassare|completare|finalizzare|confermare|garantire|bloccare|chiudere|concludere)|(al|col) pagamento) (la|il|l|della|del|dell) [(sua|suo)]
    (fattura|fatture|bolletta|bollette|ordine|prenotazione|camera|biglietto|biglietti|abbonamento|totale|importo|saldo|contratto|polizza|preventivo|pacco|spedizione|posto|posti|rata|affitto|multa|quota)"""
"""What is paid for stands behind the word for paying, and is not what is asked for."""

LANGUAGE = Language(
    code="it",
    numbers=MappingProxyType(_NUMBERS),
    glued=MappingProxyType(_GLUED),
    hundreds=MappingProxyType({}),
    hundred=frozenset({"cento"}),
    thousand=frozenset({"mille", "mila"}),
    bare_hundred=True,
    bare_thousand=True,
    unit_joins=True,
    joiners=frozenset({"e"}),
    multipliers=MappingProxyType({
        "doppio": 2, "doppia": 2, "doppi": 2, "doppie": 2, "triplo": 3, "tripla": 3, "triplice": 3, "quadruplo": 4, "doppio il": 2,
        **{f"{times}{article}": count for times, count in _TIMES.items() for article in ("", " il", " lo", " l")},
    }),
    doubled=MappingProxyType({
        **_TEN_AND_TIMES,
        **repeated({"due": 2, "tre": 3, "quattro": 4}, {"zeri": "0"}),
        **repeated({"un paio di": 2}, {"zeri": "0", "quattro": "4", "cinque": "5", "otto": "8", "nove": "9", "sette": "7", "tre": "3"}),
    }),
    articles=frozenset({"un", "una", "uno"}),
    homophones=MappingProxyType({
        "tra": "3", "te": "3", "trae": "3", "tue": "2", "bue": "2", "ottu": "8", "botto": "8", "sete": "7", "dove": "9",
        "nuove": "9", "nova": "9", "quadro": "4", "quatto": "4", "sai": "6", "cinqu": "5", "diedi": "10", "sero": "0", "vento": "20", "seri": "16",
    }),
    determiners=frozenset(_DETERMINERS.split()),
    names_before=frozenset({"numero", "nr"}),
    names_after=("(numero|numeri|riferimento) (di|del|della|dell|dei|d) [(suo|sua|mio|mia)]",),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn)", "c v (v|c|2)", "(ci|c) (vu|v|vi) (vu|v|vi|ci|c)", "(ci|c) doppia (vu|v)",
            "(codice|numero|chiave) sicurezza", "chiave di sicurezza",
            "(codice|codici|numero|numeri|cifre|cifra|numerini|numeretti|numerino|cifrette|codicino) di sicurezza [a (tre|3|quattro|4) cifre]",
            f"(codice|numero) di (verifica|controllo|convalida) {_OF_CARD}", "codice (cvv|cvc)",
            f"(tre|3) [(ultime|ultimi|piccole|piccoli)] {_DIGITS} [finali] [{_AT_BACK}]", f"(ultime|ultimi) (tre|3) [{_DIGITS}]",
            f"(tre|3) (ultime|{_AT_BACK})",
            f"({_DIGITS}|codice|codicino|codici) [{_SHOWN}] {_AT_BACK}", f"(codice|numero|codicino) (a|di|da) (tre|3) cifre [{_AT_BACK}]",
            f"(quattro|4) [piccole] cifre {_AT_FRONT}",
            f"{_AT_BACK} [(la|alla) [sua] carta]", "(giri|gira|girare|volti|rigiri) [(la|sua|la sua)] carta",
            "[(tre|3) [(numeri|cifre)] (della|nella|sulla)] (banda|striscia|spazio|riquadro) della firma",
            "(accanto|vicino) alla firma", "codicino",
        ),
        "expiry": (
            "(data|mese|anno) di (scadenza|validita)", "(scadenza|validita)",
            "(scade|scadono|scadra|scaduta|scadente|scadere|scad) [(il|nel|a|ad|in|alla fine di)]",
            "(valida|valido|buona) fino (a|al|ad|alla fine di)", "fino a quando (e|vale)", "(quando|quand) [(e che)] scade",
            "(data|termine) (limite|ultima|di fine)", "(finisce|termina|finira|smette) quando",
            "quando [(e che|le|ti|mi)] (finisce|termina|scade|smette)",
            "(data|cifre|numeri) [(proprio|subito|scritta|stampata)] (sotto|di sotto)", "(a|fino a) (che|quale) data",
            "(va|vale|tiene|dura|funziona) fino a (quando|che|quale)", "[il] termine di validita", "valid thru", "mese e [(l|un)] anno",
            "(che|quale|qual e il|in che) mese", "e (l|di che) anno", "mese anno", "(vale|dura|buona) fino a",
            "(c e|ha|trova|vede) [scritta] una data", "data che (c e|trova|vede|legge)", f"data {_OF_CARD}", f"data {_AT_FRONT}",
        ),
        "pin": (
            "(pin|pins)", "codice (pin|segreto|personale|personale segreto|del bancomat|dispositivo)", "p i n",
            "numero (segreto|di identificazione personale|pin)", "codice (a|di) (quattro|4|cinque|5) cifre",
            f"codice {_OF} (bancomat|postamat)",
        ),
        "part": (
            f"(ultime|ultimi|finali) {_FOUR} [{_DIGITS}]", f"{_FOUR} (ultime|ultimi|finali) [{_DIGITS}]", f"{_FOUR} {_DIGITS} finali",
            f"(prime|primi) (sei|6|otto|8) [{_DIGITS}]",
            f"(ultime|ultimi) {_DIGITS}", "(termina|finisce|terminante|finiscono|terminano|finente) [(con|per|in)]",
        ),
        "other": (
            f"(numero|numeri|num|n|nr|codice|riferimento) (di|del|della|dell|dei|d) {_KIND}", f"(numero|num|codice) {_KIND}",
            "(iban|partita iva|codice fiscale|cap|imei|swift|bic|pnr|puk|spid|pod|pdr|iccid|cro|trn)",
            "(data di nascita|nato il|nata il|compleanno|carta d identita|passaporto|patente|tessera sanitaria|codice a barre)",
            "(tessera|carta) (fedelta|sanitaria|socio|punti|club|sim|regalo|d imbarco|di imbarco|d identita|di identita|elettronica|studente|freccia|insieme|soci|payback)",
            "(chiamare|chiamarmi|chiamarla|chiami|chiamo|chiamiamo|chiamano|richiamare|richiamarmi|richiamarla|richiamo|richiamiamo|contattare|contattarmi|contattiamo|contatti|raggiungere|raggiungiamo|rintracciare|scrivere|scriviamo|telefonare|telefoniamo|trovarmi|mando|mandiamo|invio|inviamo) (al|allo|sul|a questo)",
            "(chiamano|chiamato|chiamando|chiamata|chiamavano) (dal|dallo|da un)", "(ci|mi) (trova|trovate|trovano) (al|allo|sul|a questo)",
            "(il nostro|il mio) e [(il|lo)]", "noi siamo (il|lo|al|allo)",
            "(mando|mandiamo|mandare|mandarle|invio|inviamo|inviare|inviarle|faccio avere|giro) [(un|il|per)] (link|sms|messaggio|whatsapp|mail)",
            "(cambiato|cambiamo|cambio) [il] (numero|telefono|cellulare)", f"{_BEARERS} (e|era|sarebbe|sara) (il|lo|la|l)",
            f"(nuovo|nuova) {_BEARERS} (e|sara) [(il|lo|la|l)]", f"{_BEARERS} [che] (finisce|termina) (con|per|in)",
            "(garanzia|assicurazione|termine|offerta|promozione|revisione|bollo|permesso|licenza|abbonamento|preventivo|patentino) (scade|scadono|scadra|e valida|e valido|vale|valida|valido) [fino] [(a|al|il|nel)]",
            "password [(del|della|di) (wifi|router|posta|sito|app|portale|allarme)]",
            "codice (del|della|di|dell) (portone|porta|portale|cancello|citofono|allarme|armadietto|lucchetto|cassetta|wifi)",
            "(ordine|nota|buono|bolla) di (acquisto|lavoro|consegna|servizio|ritiro)", "codice (promozionale|promo)",
            f"{_HAND_OVER} carta (fedelta|punti|club|sim|regalo|d imbarco|di imbarco|d identita|di identita|freccia|payback|soci)",
            "(localizzatore|localizzatore di prenotazione)", "(biglietto|contatore|ricevuta|schedina|protocollo) e",
            "lettura [(del|della) (contatore|gas|luce|acqua)]", "telaio",
            "(pin|codice pin) (della|del|di|dello) (ricetta|telefono|cellulare|sim|scheda|spid|cie)",
            "(apriamo|aprono|apre|chiudiamo|chiudono|chiude|aperti|aperto|orario) [e] (dalle|alle|da|fino alle|all)",
            "(ha|hai|avete|c e) tempo (fino|sino) (a|al|all|alle)",
            "(arriva|arrivano|arrivera|consegniamo|consegnano|consegnato|consegna|spediamo|riceve|ricevera|parte|partito|portiamo) (il|il giorno|entro il|l|tra il)",
            "scade il giorno", "(euro|centesimi) [e] (scade|scadono)",
            "(usciti|estratti|estrazione|superenalotto|numeri vincenti|combinazione vincente|schedina|jolly|superstar|lotteria)",
            "addebito (in conto|sul conto|diretto|bancario)", "(mio|suo|tuo) (telefono|cellulare|numero di telefono|recapito) [e]",
            "(chiami|chiamate|chiamaci|contatti) (il|allo|al|l)", "(mio|suo) numero e cambiato",
            "codice (otp|usa e getta|temporaneo|monouso|di (accesso|attivazione|autenticazione|autorizzazione|conferma|sblocco|migrazione))",
            "codice [di (verifica|sicurezza)] (via|per|tramite|sul|nel|dell) (sms|messaggio|messaggino|mail|cellulare)",
            "codice [di (verifica|sicurezza)] che [(le|ti|mi|vi)] [(ho|abbiamo|ha|hanno|e|e stato|e appena)] (inviato|mandato|ricevuto|arrivato|spedito|inviamo|arriva|mandiamo)",
            "(sms|otp|messaggino)", "(prefisso|riferimento|targa|recapito|pratica|protocollo|matricola)", "recapito telefonico",
        ),
        "thing": (
            "(per cento|alle|ore|plus|i t|it)", "(il|suo|mio) termine", "la nota",
            "(cassaforte|turno|appuntamento|visita|consumo|consumi|commissione|commissioni|interesse|multa|spese|iva|subtotale|mancia|franchigia|velocita|altezza|potenza|armadietto|poltrona)",
            """(camera|stanza|scala|interno|posto|carrozza|binario|uscita|sala|fila|tavolo|cassaforte|armadietto|casella|turno|appuntamento|visita|saldo|totale|importo|prezzo|costo|tariffa|limite|temperatura|peso|eta|taglia
            |misura|consumo|commissione|interesse|multa|iva|subtotale|franchigia|velocita|altezza|potenza) (e|sono|era|sara|ammonta a) [(il|lo|la|l|di|a|alle)]""", f"{_BEARERS_OF_MANY} [(il|lo|la|l)]", "(addebitato|addebitati|incassati)", "(al|del) piano", "linea (numero|il|lo|e il|urbana|metro|bus)",
            "((il|al|un|lo) bancomat (non|mi|dice|chiede|rifiuta)|(al|dal) bancomat|sportello [automatico]|postamat)",
            """(telefono|cellulare|ordine|prenotazione|fattura|bolletta|caso|ticket|biglietto|polizza|sinistro|appartamento|camera|stanza|porta|volo|casa|palazzo|palazzina|scala|interno
            |autobus|treno|binario|posto|carrozza|saldo|totale|importo|prezzo|costo|tariffa|limite|temperatura|peso|eta|taglia|misura|modello|versione|canale|prema|digiti|tasto|opzione
            |capitolo|pagina|conto|pacco|contratto|spedizione|bolla|ddt|tracking|operazione|autorizzazione|transazione|bonifico|conferma|preventivo|richiesta
            |ricevuta|scontrino|ricetta|impegnativa|verbale|bollettino|contatore|certificato|abbonamento|voucher|taxi|scatola|casella|dal|indirizzo|via|viale|piazza|corso|vicolo|civico|lotto|sala|fila|tavolo|uscita|articolo)""",
        ),
        "pan": (
            f"{_HAND_OVER} (carta|visa|mastercard|postepay|prepagata|amex)",
            "(dica|detti|vada|prego|ascolto|proceda|pronta|pronto|dimmi|segno|scrivo) [(pure)] (con|per) (la|della) [(sua|tua)] carta",
            "(carta|visa|postepay|prepagata|bancomat) [di credito] (a portata di mano|sotto mano|sottomano|a portata|alla mano|con (se|lei|te)|davanti|li (con|vicino) (lei|a lei|te)|vicino|in mano|pronta)",
            "(davanti|sopra|fronte) (c e|ci sta|leggo|vedo) [(scritto|stampato)]",
            "(numero|numeri|cifre) [della carta] (da|dal) (capo|principio|primo)",
            "(serie|sequenza|fila|stringa) (lunga|grande|di (numeri|cifre))",
            "(mi (dia|detti|dica)|dammi|dettami|segno|registro|prendo|uso) (la|quella) nuova",
            "(nuovo|altro) (metodo|mezzo|sistema) di pagamento",
            "(adesso|ora|poi|resta|rimane|manca|(manca|resta) (solo|soltanto|solamente)|passiamo|passo|veniamo|andiamo) (la|il|alla|al) (carta|pagamento)",
            "(paghiamo|pagando|facciamo il pagamento) (adesso|ora|subito|insieme|oggi|per telefono|al telefono)",
            "(con|su|di) (quale|che) carta", "con [la] carta (allora|quindi)", "(terminale|pos) (e pronto|mi chiede|chiede|aspetta)",
            "(sul|nel) (terminale|pos)", "numero (non valido|errato|incompleto|non riconosciuto)",
            "(ridia|ridica|rilegga|ripeta|ridammi|ridimmi) (i|tutti i|le|tutte le) (numeri|cifre)",
            "(quello|quelli) (al centro|in mezzo|davanti)",
            f"(ne ho|ce ne sono|ne vedo|ne mancano|ne servono|ne ha detti|ne ha date) [(solo|soltanto)] {_SIXTEEN}",
            "numero (per (lungo|esteso|intero)|tutto (intero|insieme|di fila)|di fila)",
            "(numeri|cifre) (uno (per|alla|a) (uno|volta)|una (per|alla|a) (una|volta)|per (numero|cifra)|a (due a due|quattro a quattro))",
            "(partiamo|cominciamo|iniziamo|parta|cominci|inizi) (con|da|coi|dai) [(i|le)] (numeri|cifre)",
            "(campo|casella) [(del|con il)] (numero|davanti)",
            f"numero (identificativo|di conto|seriale|di serie) {_OF} carta [{_TAIL}]", f"{_CARD} (che|quale) numero (ha|e)",
            "(numero|numerone|numeri) [(piu|quello)] (grande|grosso|grandi|grossi|centrale)",
            "(numero|cifre|codice) [della carta] (dall|dal|dallo) (inizio|principio|capo)",
            "(numero|numeri|cifre) (stampato|stampati|inciso|incisi|incise|impresso|impressi)",
            f"(numero|numeri|num|nr|cifre|dati|estremi|numerazione) {_OF} {_CARD}", f"(numero|numeri) {_CARD}",
            "(numero|numeri) (completo|completi|intero|lungo|lunghi|per intero)", "(numero|codice) pan", "pan",
            f"{_SIXTEEN} {_DIGITS} [({_SHOWN}|{_AT_FRONT})]", f"{_SIXTEEN} {_AT_FRONT}", f"(numero|codice|numerone) (a|di|da) {_SIXTEEN} cifre",
            f"{_DIGITS} (lunghe|lunghi|in rilievo|complete|stampate)",
            f"{_DIGITS} [{_SHOWN}] {_AT_FRONT}", f"{_DIGITS} {_SHOWN} (sulla|nella) [(sua|tua)] carta", f"{_DIGITS} sulla [(sua|tua)] (carta|visa)",
            f"(prossime|successive|successivi|altre|altri|seguenti|restanti|rimanenti|seconde|prime|primi) (quattro|4|{_DIGITS}) [{_DIGITS}]",
            f"(quattro|4) (successive|seguenti|restanti|rimanenti) [{_DIGITS}]",
            f"{_DIGITS} (successive|successivi|seguenti|restanti|rimanenti|mancanti)",
            f"(resto|seguito) (del numero|delle cifre|dei numeri|{_OF_CARD})", "(prossimo|secondo|terzo|quarto|ultimo) (blocco|gruppo)",
            "(quattro|4) (a|alla|per) (volta|quattro|4)", "(gruppi|blocchi) (di|da) (quattro|4)",
        ),
        "card": (f"{_PAY_PAGE} [(allora|quindi|ecco)] {_INVITES}", f"pagamento [(con carta|allora|quindi)] {_INVITES}", f"[{_BRAND}] (carta|carte) [{_TAIL}]", _BRAND, "(bancomat|prepagata|carta|credito)"),
        "code": ("(codice|codici)", "codice di (verifica|controllo|convalida)", "(numero|cifre) di (verifica|controllo)"),
        "pay": ("non (mi|ci) (dica|dia|dire|dare|detti|mandi|scriva) [mai] (il|i|le) (numero|dati|codice|cifre|cvv|pin) [(della|della sua) carta]",
                _PAY_PAGE, "(al|il) posto (di|del|suo|della)", "[tutto] a posto", "(me|te) la porta", "(in (ogni|questo|quel|tal)|nel|in) caso",
                "in corso", "(a|di) casa", "(tenga|tenere|rende|rendo|reso|rendersi) conto", "dal (principio|sito|davanti|primo)",
                "via (sms|mail|email|telefono)",
                "[con] (carta|bancomat) [di credito] (o|oppure) [(con|col|un|il)] (bonifico|assegno|contanti|bollettino|paypal|addebito)",
                "(bonifico|assegno|contanti|bollettino|addebito) (o|oppure) [(con|la)] (carta|bancomat)", _PAYS_FOR,
                "non (scriva|scrivere|mandi|mandare) [qui] (il|i) (numero|dati) (della|della sua) carta",
                """(pagare|pago|paga|pagamento|pagamenti|pagarlo|pagarla|paghiamo|saldare|addebitare|addebito|addebitiamo|incassare|prelevare|accredito|rimborsare|rimborso|caparra
            |acconto|anticipo|deposito|cauzione|acquistare|acquisto|ricarica|ricaricare)""",),
    }),
)  # fmt: skip
