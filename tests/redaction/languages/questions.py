"""How agents ask, in whole sentences: for the parts of a card, and for numbers that are no card data."""

from __future__ import annotations

ASKED = {
    ("es", "pan"): """\
¿Me facilita la numeración completa de la tarjeta?
Dígame los dieciséis números que aparecen delante
Necesito que me dicte los 16 dígitos
¿Me puede dar su número de tarjeta de crédito, por favor?
Léame el número largo que sale en el frontal
¿Qué número tiene la tarjeta?
Cuando quiera, los números de la tarjeta
Ahora dígame el número de su Visa
los cuatro siguientes, por favor
Vaya diciéndome los números de cuatro en cuatro
¿Me indica la tarjeta con la que va a pagar?
Deme el número de la tarjeta de débito
¿Me regala el número de su tarjeta?
Me dicta el número del plástico
Necesito el número que viene en el anverso
¿Cuáles son los números grabados en la tarjeta?
Por favor el número de tarjeta completo, los quince dígitos de su American Express
""",
    ("es", "cvv"): """\
¿Y el código de tres cifras que está detrás?
¿Me dice los tres numeritos de la parte de atrás?
El CVV, por favor
Ahora el código de verificación de la tarjeta
Y por último el código de seguridad
¿Y los tres dígitos del reverso?
Dele la vuelta a la tarjeta y dígame los tres números que aparecen
¿El código que aparece al dorso?
los tres últimos números del panel de firma
el número de seguridad, los tres de atrás
¿y el CVC?
¿Me da los cuatro dígitos de seguridad que están al frente?
¿Cuál es el código de seguridad de la tarjeta?
El ce uve uve, por favor
""",
    ("es", "expiry"): """\
¿Y cuándo caduca?
¿Fecha de vencimiento?
La caducidad, mes y año
¿Hasta qué fecha es válida?
¿Qué fecha de expiración tiene?
¿En qué mes y año vence?
Y la fecha que pone en la tarjeta
¿Me dice la validez?
¿Cuándo expira la tarjeta?
la fecha de caducidad, por favor
""",
    ("es", "pin"): """\
¿Me dice el PIN?
Introduzca su clave
¿cuál es su número secreto?
dígame el NIP
la clave de cuatro dígitos de su tarjeta
¿la contraseña del cajero?
""",
    ("es", "other"): """\
su número de teléfono móvil
un teléfono de contacto
el número de pedido
el número de expediente
¿me dice su DNI?
su NIE
el número de la reserva
el localizador
el número de vuelo
el código postal
su número de cuenta
los veinte dígitos de la cuenta
el IBAN
el número de póliza
su número de socio
el número de factura
número de contrato
el número de la calle
el número de seguimiento del paquete
su fecha de nacimiento
el CUPS
el CIF de la empresa
el número de afiliación a la seguridad social
la matrícula del coche
el número de bastidor
el número de serie del router
el código que le acaba de llegar al móvil
la tarjeta sanitaria
el número de tarjeta de fidelización
la referencia catastral
el importe total
el RFC
el folio
la extensión
el número de guía
la línea afectada
""",
    ("fr", "pan"): """\
Vous pouvez me donner les seize chiffres de votre carte ?
Je vous écoute pour le numéro de carte
Il me faudrait le numéro complet de la carte bancaire
Dites-moi les 16 chiffres qui figurent sur le devant de la carte
Quel est le numéro inscrit au recto ?
Donnez-moi votre numéro de CB
Votre numéro de carte bleue s'il vous plaît
Allez-y pour le grand numéro
les quatre chiffres suivants
Pouvez-vous me lire le numéro de votre Visa ?
Le long numéro sur la carte
les chiffres de votre carte de crédit
dictez-moi les numéros de la carte
J'aurais besoin des coordonnées de votre carte
Pouvez-vous m'épeler les numéros de carte ?
le numéro à seize chiffres
""",
    ("fr", "cvv"): """\
Et le cryptogramme ?
Le cryptogramme visuel au dos de la carte
Les trois derniers chiffres au dos
Au verso vous avez trois chiffres
Retournez la carte et donnez-moi les trois chiffres
le code de sécurité s'il vous plaît
Le CVV ?
le code à trois chiffres derrière
et les trois petits chiffres qui se trouvent derrière
le numéro de sécurité
et le code de vérification de la carte
Les trois numéros près de la signature
les 3 chiffres à l'arrière
le code CVC
""",
    ("fr", "expiry"): """\
La date d'expiration ?
Elle expire quand ?
Jusqu'à quand est-elle valable ?
La date de validité de la carte
La fin de validité, mois et année
elle est valide jusqu'à quelle date ?
expire fin ?
et l'échéance ?
la date de fin de validité
le mois et l'année
""",
    ("fr", "pin"): """\
Votre code secret ?
Le code confidentiel de votre carte
votre code à quatre chiffres
Quel est votre NIP ?
le code PIN
votre code de carte bleue
""",
    ("fr", "other"): """\
votre numéro de téléphone
un numéro de portable
le numéro de commande
votre numéro de dossier
le numéro de client
votre référence client
le numéro de facture
le code postal
votre numéro de sécurité sociale
l'IBAN
le RIB
votre numéro de compte
le numéro de contrat
le numéro de suivi du colis
la date de naissance
le numéro de vol
le numéro de réservation
votre numéro d'adhérent
le numéro SIRET
le numéro de série de la box
le digicode
le code reçu par SMS
le numéro de carte de fidélité
le numéro de carte vitale
la plaque d'immatriculation
le numéro de la rue
le montant total
l'identifiant
le numéro fiscal
le numéro de point de livraison
le numéro de sinistre
le numéro de ticket
le numéro d'allocataire
votre matricule
le numéro de ligne
""",
    ("de", "pan"): """\
Können Sie mir bitte die Kartennummer durchgeben?
Ich brauche die sechzehnstellige Nummer auf der Vorderseite
Wie lautet Ihre Kreditkartennummer?
Nennen Sie mir die 16 Ziffern
Die Nummer Ihrer Kreditkarte bitte
Lesen Sie mir die lange Nummer vor
Die Zahlen auf der Karte bitte
Geben Sie mir die Nummer auf der Karte
die nächsten vier Ziffern
Sagen Sie mir die Visa-Nummer
die Kartendaten bitte
Welche Nummer steht auf Ihrer Karte?
die Nummer von der Mastercard
Ihre Kreditkarten-Nummer bitte
Dann die Karte, bitte in Viererblöcken
die fünfzehn Ziffern Ihrer Amex
""",
    ("de", "cvv"): """\
Und die Prüfnummer?
Die dreistellige Prüfziffer auf der Rückseite
Die drei Zahlen hinten drauf
Den Sicherheitscode bitte
CVV bitte
die Kartenprüfnummer
Drehen Sie die Karte um, da stehen drei Ziffern
die letzten drei Ziffern auf dem Unterschriftsfeld
und der CVC-Code
und hinten die drei Nummern
den dreistelligen Code
die Kontrollnummer
Und die Sicherheitsnummer auf der Kartenrückseite
die drei Zahlen auf der Rückseite der Karte
""",
    ("de", "expiry"): """\
Gültig bis wann?
Wann läuft die Karte ab?
Das Ablaufdatum bitte
Bis wann ist die Karte gültig?
Das Gültigkeitsdatum, Monat und Jahr
Verfallsdatum?
Wie lange ist die gültig?
und das Datum auf der Karte
die Gültigkeit
Ablaufmonat und Jahr
""",
    ("de", "pin"): """\
Ihre PIN bitte
Wie ist die Geheimzahl?
die vierstellige Geheimnummer
Ihren PIN-Code
die persönliche Identifikationsnummer
""",
    ("de", "other"): """\
Ihre Telefonnummer
eine Rückrufnummer
die Handynummer
die Bestellnummer
Ihre Kundennummer
die Vertragsnummer
die Rechnungsnummer
die Postleitzahl
Ihre Kontonummer
die IBAN
die Bankleitzahl
Ihr Geburtsdatum
die Sendungsnummer
die Buchungsnummer
die Flugnummer
die Versicherungsnummer
die Schadennummer
Ihre Mitgliedsnummer
die Steuer-ID
die Seriennummer des Geräts
den Code aus der SMS
die TAN
Ihre Payback-Nummer
die BahnCard-Nummer
die Ausweisnummer
das Kennzeichen
die Hausnummer
die Gesamtsumme
das Aktenzeichen
die Zählernummer
die Vorgangsnummer
die Ticketnummer
die Personalnummer
die Artikelnummer
Ihre Durchwahl
""",
    ("it", "pan"): """\
Mi può dare il numero della carta?
Mi detti i sedici numeri della carta
Mi legga le 16 cifre che trova davanti
Il numero di carta di credito, per favore
Mi dica il numero completo
I numeri che vede sul fronte
Quali sono i numeri della sua carta?
le prossime quattro cifre
Mi dia gli estremi della carta
mi dice la numerazione della carta?
il numero in rilievo
il numero del bancomat
il numero della Postepay
il numero lungo sulla carta
mi serve il numero della Visa
le quindici cifre dell'American Express
""",
    ("it", "cvv"): """\
E il codice di sicurezza?
Le tre cifre sul retro
Il CVV
Le ultime tre cifre dietro la carta
Giri la carta, ci sono tre numeri
Il codice a tre cifre
i tre numerini dietro
il codice di verifica della carta
il codice di sicurezza sul retro
Le tre cifre vicino alla firma
il CVC
il codice che trova dietro
i tre numeri sul retro della carta
""",
    ("it", "expiry"): """\
La scadenza?
Quando scade?
La data di scadenza della carta
Mese e anno di scadenza
Fino a quando è valida?
e la validità?
quando scade la carta?
in che mese scade?
la data che c'è sulla carta
""",
    ("it", "pin"): """\
Il PIN
Il codice PIN della carta
Mi dica il codice segreto
il pin del bancomat
il codice a cinque cifre
""",
    ("it", "other"): """\
il suo numero di telefono
un recapito telefonico
il numero di cellulare
il numero dell'ordine
il codice cliente
il numero di pratica
il codice fiscale
la partita IVA
il CAP
l'IBAN
il numero di conto corrente
il numero di contratto
il numero della fattura
il numero di prenotazione
il codice di prenotazione
il numero del volo
la data di nascita
il numero di polizza
il codice POD
il PDR
il numero di matricola del contatore
il numero di spedizione
il numero della carta d'identità
la tessera sanitaria
il numero della carta fedeltà
il codice che ha ricevuto via SMS
la targa
il numero civico
l'importo totale
il numero seriale
il codice di migrazione
il numero di protocollo
il codice utente
""",
    ("pt", "pan"): """\
Qual é o número do cartão?
Me passa os dezesseis dígitos do cartão
Pode falar os números do cartão
O número que está na frente do cartão
Diga-me os dezasseis algarismos
A numeração do cartão de crédito
Os números da frente, por favor
Preciso do número completo do cartão
os quatro próximos
o número do seu Visa
Pode ditar o número do cartão
Os dados do cartão, por favor
o número grande na frente
o número do cartão multibanco
Qual a numeração do cartão?
de quatro em quatro, por favor
""",
    ("pt", "cvv"): """\
E o código de segurança?
Os três dígitos no verso
Os três números atrás do cartão
O CVV, por favor
Os três últimos números na parte de trás
O código de verificação do cartão
Vire o cartão e me diga os três números
o código de três dígitos
os três algarismos no verso
o código que está atrás
E os três numerozinhos de trás?
o CVC
os três números junto da assinatura
""",
    ("pt", "expiry"): """\
A validade?
Qual a data de validade?
Quando vence?
Vencimento do cartão
Até quando é válido?
Mês e ano de validade
a data de vencimento
quando expira?
qual é o prazo de validade
""",
    ("pt", "pin"): """\
Qual a senha?
A senha do cartão
o PIN
o código secreto
a senha de quatro dígitos
o código multibanco
""",
    ("pt", "other"): """\
o seu telefone
um número de contacto
o número de celular
o número do pedido
o CPF
o NIF
o RG
o CNPJ
o código postal
o CEP
o número da conta
a agência
o IBAN
o número da apólice
o número de cliente
o número da fatura
a nota fiscal
o protocolo de atendimento
o número do protocolo
o código de rastreio
a data de nascimento
o número da reserva
o localizador
o número do voo
a entidade e a referência
o código que recebeu por SMS
o número de utente
o cartão de cidadão
o número do cartão de fidelidade
o número de série
a matrícula
a chave pix
o número do apartamento
o valor total
o número do contrato
a linha digitável
""",
    ("nl", "pan"): """\
Mag ik uw kaartnummer?
Kunt u mij het creditcardnummer geven?
De zestien cijfers op de voorkant
Wat is het nummer van uw kaart?
Het nummer op de voorkant van de kaart
Noemt u de 16 cijfers maar
Het lange nummer op uw creditcard
de cijfers van de kaart
de volgende vier cijfers
uw pasnummer
het nummer van de Visa
Leest u het nummer maar op van de creditcard
de kaartgegevens graag
het volledige kaartnummer
mag ik het nummer van uw bankpas
""",
    ("nl", "cvv"): """\
En de veiligheidscode?
De drie cijfers achterop
De CVC-code
De drie cijfers op de achterkant
De beveiligingscode op de achterzijde
de laatste drie cijfers op de handtekeningstrook
draait u de kaart om, daar staan drie cijfers
de CVV graag
de controlecode
en het driecijferige getal achterop
de verificatiecode van de kaart
de drie cijfertjes achter op de kaart
het nummer achterop
""",
    ("nl", "expiry"): """\
En de vervaldatum?
Tot wanneer is hij geldig?
Geldig tot?
De einddatum van de kaart
Wanneer verloopt de kaart?
de geldigheidsdatum, maand en jaar
de vervaldag
wanneer vervalt hij?
tot wanneer loopt die
de datum op de kaart
""",
    ("nl", "pin"): """\
Wat is uw pincode?
uw PIN
de geheime code
de code van uw pinpas
de viercijferige code
""",
    ("nl", "other"): """\
uw telefoonnummer
een mobiel nummer
het ordernummer
uw klantnummer
het factuurnummer
de postcode
uw huisnummer
uw BSN
uw geboortedatum
het IBAN
uw rekeningnummer
het polisnummer
het boekingsnummer
het vluchtnummer
de trackingcode
het dossiernummer
het kenteken
het serienummer
het meternummer
de code uit de sms
het nummer van uw klantenkaart
uw lidmaatschapsnummer
uw rijksregisternummer
het contractnummer
het totaalbedrag
het betalingskenmerk
het zaaknummer
het toestelnummer
de EAN-code
het artikelnummer
het schadenummer
het kaartnummer van uw ov-chipkaart
""",
}
