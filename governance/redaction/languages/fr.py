"""French, of France, Belgium, Switzerland and Canada: number words, fillers, and the words that ask for card data."""

from __future__ import annotations

from types import MappingProxyType

from governance.redaction.languages import Language
from governance.redaction.languages.compounds import below_hundred, repeated

_UNITS = {
    "zero": "0", "un": "1", "une": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7",
    "huit": "8", "neuf": "9",
}  # fmt: skip
_TEENS = {
    "dix": "10", "onze": "11", "douze": "12", "treize": "13", "quatorze": "14", "quinze": "15", "seize": "16",
    "dix sept": "17", "dixsept": "17", "dix huit": "18", "dixhuit": "18", "dix neuf": "19", "dixneuf": "19",
}  # fmt: skip
_TENS = {
    "vingt": "2", "trente": "3", "quarante": "4", "cinquante": "5", "soixante": "6", "septante": "7", "huitante": "8",
    "octante": "8", "nonante": "9",
}  # fmt: skip
_EIGHTY = ("quatre vingt", "quatre vingts", "quatrevingt", "quatrevingts", "quatre vin")
_JOINTS = (" ", " et ")


def _sixties_and_eighties() -> dict[str, str]:
    """Return what counts in twenties: 70 to 79 behind `soixante`, 80 to 99 behind `quatre vingt`."""
    made: dict[str, str] = {}
    for joint in _JOINTS:
        made.update({f"soixante{joint}{teen}": f"7{digits[1]}" for teen, digits in _TEENS.items()})
        for eighty in _EIGHTY:
            made[eighty] = "80"
            made.update(
                {f"{eighty}{joint}{unit}": f"8{digit}" for unit, digit in _UNITS.items() if digit != "0"}
            )
            made.update({f"{eighty}{joint}{teen}": f"9{digits[1]}" for teen, digits in _TEENS.items()})
    return made


_TIMES = {"deux fois": 2, "trois fois": 3, "quatre fois": 4, "2 fois": 2, "3 fois": 3, "fois deux": 2}
_TEN_AND_EIGHTY = {
    f"{ten} {eighty}": f"{digit}080" for ten, digit in _TENS.items() for eighty in ("quatre vingts", "quatrevingts")
}  # fmt: skip
"""`soixante quatre-vingts` is sixty and eighty: sixty-four and twenty has no `s`."""
_MONTHS = {
    name: f"{number:02d}"
    for number, names in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars mar", "avril avr", "mai", "juin jun", "juillet juil", "aout aou",
         "septembre sep", "octobre oct", "novembre nov", "decembre dec"), start=1)
    for name in names.split()
}  # fmt: skip
_FILLERS = """
    euh heu hum hm hmm mmm mm ben bah bon eh ah oh hein oui ouais ouai ouep voila ok okay d accord alors et puis ensuite
    apres donc c est ca cela fait le la les tiret tirets trait union point points annee virgule espace espaces barre slash moins
    pause pardon desole desolee excusez excuse non nan attendez attends attend plutot enfin veux dire me trompe trompee
    reprends recommence repete repetez corrige correction rectification voyez voyons voir disais parfait bien merci
    exact exactement continuez continue allez y l note notee noter tout a entendu suivant suite encore aussi maintenant
    s il plait svp instant petit seconde minute deja tiens tac hop ou au que on nouveau effectivement absolument vas
    nickel impeccable super genial compris mince zut oups faute je suis
"""
_QUANTITIES = """
    euro euros eur centime centimes dollar dollars francs franc chf cad usd livres million millions milliard milliards
    balles pourcent fois minutes min secondes sec heure heures h jour jours semaine semaines mois an ans annees
    trimestre trimestres am pm personne personnes adulte adultes enfant enfants bebe bebes passager passagers nuit nuits
    chambres articles produits unites pieces cartons bouteille bouteilles sacs bagage bagages valise valises paire
    paires copies exemplaires chiffre chiffres numeros lettres caracteres essais tentatives options questions mensualites
    echeances factures commandes appels billets places tickets kilo kilos kg gramme grammes litre litres metre
    metres km kilometre kilometres centimetre centimetres cm degre degres go mo giga gigas octets etoile etoiles pages arrets
    etages lignes kilowatts watts kw kwh rue avenue boulevard allee impasse chemin route quai choses types douzaine douzaines tiers quart ouvrables ouvres ieme eme
"""
_DETERMINERS = """
    le la l les ce cet cette ces autre autres chaque quelque aucun aucune tout toute nouveau nouvel nouvelle meme seul seule premier
    premiere second seconde deuxieme troisieme dernier derniere mon ma mes ton ta votre notre vos nos leur bon bonne mauvais
    mauvaise ancien ancienne petit petite grand grande quel quelle lequel laquelle suivant precedent
"""
_ORDINALS = frozenset({
    "premier", "premiere", "1er", "1ere", "deuxieme", "second", "seconde", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme", "huitieme",
    "neuvieme", "dixieme", "onzieme", "douzieme", "treizieme", "quatorzieme", "quinzieme", "seizieme", "vingtieme", "trentieme",
    "quantieme",
})  # fmt: skip
_COMMON = """
    le la les de des du que et en un une je tu il elle on nous vous ils est sont pas ne ce cette c qu j n d l pour par avec
    sur dans au aux mon ma mes votre vos notre bonjour merci monsieur madame oui non mais ou donc si tres bien plus tout
    avez pouvez suis ai quel quelle comment dit cet si eux droit faut fait etes
"""

_BRAND = """(visa|mastercard|master card|master|maestro|amex|american express|discover|diners [club]|jcb|union pay|unionpay|cb|bancontact
    |postcard|carte bleue|electron)"""
_TAIL = "(bancaire|bancaires|bleue|de (credit|debit|paiement|banque)|bleue visa|visa|mastercard|maestro|amex|american express|gold|premier|prepayee|virtuelle)"
_CARD = f"(carte [{_TAIL}]|cartes|cb|visa|mastercard|amex|american express|bancontact)"
_OF = "(de [(la|votre|ma|sa|cette|ta|la nouvelle|votre nouvelle|l autre)]|d une|d une autre)"
_OF_CARD = "(de [(la|votre|ma|sa|cette)] carte [(bancaire|bleue|de credit)])"
_DIGITS = "(chiffres|numeros|chiffre|numero)"
_NAMED = """(reference|dossier|commande|reservation|facture|contrat|police|sinistre|ticket|billet|colis|envoi|autorisation|devis|compte|telephone|portable|compteur
    |index|chassis|code promo|bon|avoir|virement|mandat|abonnement|client|identifiant|confirmation|suivi|vol|incident|demande|reclamation|intervention|transaction)"""
_SIXTEEN = "(seize|16|quinze|15|dix neuf|19|treize|13|quatorze|14)"
_SHOWN = "(inscrits|indiques|qui (figurent|sont|se trouvent)|inscrit|qui (figure|est)|que vous avez)"
_AT_BACK = "((au|sur le|du) (dos|verso)|(a|sur) l arriere|derriere|(de|sur la) (derriere|face arriere)|de dos|dos|verso)"
_AT_FRONT = """((au|sur le) (recto|devant|dessus)|(a|sur) l avant|devant|sur la face [(avant|de devant)]|(en|de) (face|facade|devant)|au milieu|au centre
    |en relief|embosses|embosse)"""
_FOUR = "(quatre|4|cinq|5|deux|2|six|6|huit|8)"
_KIND = """(telephone|tel|portable|mobile|fixe|fax|contact|commande|reservation|dossier|reference|confirmation|facture|suivi|colis|envoi
    |expedition|bon de commande|client|cliente|adherent|adherente|abonne|abonnee|abonnement|membre|contrat|police|sinistre
    |compte [(bancaire|client|courant)]|iban|rib|bic|swift|siret|siren|tva|securite sociale|nss|assure|assurance|allocataire|fiscal
    |impot|impots|contribuable|passeport|permis [de conduire]|carte (d identite|vitale|grise|de (fidelite|sejour|membre)|sim)|cni|plaque
    |immatriculation|serie|modele|imei|chassis|vol|billet|siege|place|train|quai|porte|chambre|rue|voie|batiment|appartement|etage
    |departement|digicode|autorisation|transaction|operation|virement|mandat|ticket|incident|reclamation|demande|compteur|pdl|pce
    |point de livraison|ligne|poste|agence|guichet|magasin|lot|article|produit|promo|reduction|fidelite|mutuelle|sim|agent
    |conseiller|matricule|etudiant|eleve|patient|navigo|voyageur|passager|dossier client|intervention|rendez vous|devis|avoir
    |retour|cheque|cadeau|bon|coupon|societe|entreprise|registre national|avs|assurance sociale|ramq|succursale|transit|institution|puk|rio
    |erreur|version|postal|acces|activation|parrainage|barres)"""
_HAND_OVER = """((donnez|dictez|dicte|lisez|montrez|epelez|dites|redonnez) [(moi|nous)]|(me|nous) (donner|donnez|dicter|dictez|lire|relire|redonner|communiquer|indiquer)
    |besoin de|(faut|faudrait|faudra|manque) [(juste|maintenant)]|(prenez|prends|sortez|sors|prendre|saisir|enregistrer|note)) (la|votre|ta)"""
_PAY_PAGE = "(page|ecran|formulaire|module|plateforme|espace|interface|onglet|case|fenetre) (de|du|pour le|des) (paiement|paiements|reglement|saisie)"
_INVITES = "((je|j) [vous] ecoute|(allez|vas) y|dites moi|(quand|des que) vous (voulez|etes pret|etes prete)|je note|c est a vous|vous pouvez (y aller|commencer|dicter))"
_PAYS_FOR = """((finaliser|valider|confirmer|garantir|bloquer|encaisser|terminer)|(au|le|du) (paiement|reglement) (de|pour)|(que je|je|on|nous) (regle|encaisse|finalise|valide|confirme|bloque)) (la|le|l|les|votre|vos|cette|ce)
    (facture|factures|commande|reservation|chambre|billet|billets|abonnement|adhesion|solde|montant|total|contrat|sinistre|devis|colis|envoi|livraison|place|places|mensualite|loyer|amende)"""
"""What is paid for stands behind the word for paying, and is not what is asked for."""

LANGUAGE = Language(
    code="fr",
    numbers=MappingProxyType({**below_hundred(_UNITS, _TEENS, _TENS, _JOINTS), **_sixties_and_eighties()}),
    hundreds=MappingProxyType({}),
    hundred=frozenset({"cent", "cents"}),
    thousand=frozenset({"mille", "mil", "milles"}),
    bare_hundred=True,
    bare_thousand=True,
    unit_joins=True,
    multipliers=MappingProxyType({
        "double": 2, "doubles": 2, "triple": 3, "triples": 3, "quadruple": 4,
        **{f"{times}{article}": count for times, count in _TIMES.items() for article in ("", " le", " l")},
        "double le": 2, "triple le": 3,
    }),
    doubled=MappingProxyType({**repeated({"deux": 2, "trois": 3}, {"zeros": "0", "uns": "1"}), **_TEN_AND_EIGHTY}),
    articles=frozenset({"un", "une"}),
    homophones=MappingProxyType({
        "cet": "7", "cette": "7", "set": "7", "si": "6", "sis": "6", "scie": "6", "cis": "6", "saint": "5", "sein": "5", "sain": "5",
        "cinque": "5", "sank": "5", "cinc": "5", "vin": "20", "vain": "20", "vint": "20", "dit": "10", "eux": "2", "toit": "3", "droit": "3",
        "oeuf": "9", "cat": "4", "quatres": "4", "cinqs": "5", "troi": "3", "ouit": "8", "huis": "8", "onz": "11", "heros": "0",
    }),
    determiners=frozenset(_DETERMINERS.split()),
    ordinals=_ORDINALS,
    names_before=frozenset({"numero", "num"}),
    names_after=("(numero|numeros) (de|d|du|des) [(la|l|votre|mon|ma|le)]",),
    fillers=frozenset(_FILLERS.split()),
    quantities=frozenset(_QUANTITIES.split()),
    months=MappingProxyType(_MONTHS),
    common=frozenset(_COMMON.split()),
    cues=MappingProxyType({
        "cvv": (
            "(cvv|cvc|csc|cid|cvn|cvv2|cvc2|cv2)", "c v (v|c|2)", "(c|ce) (v|ve) (v|ve|c|ce)", "(c|ce) double v",
            "(cryptogramme|cryptograme|crypto|cryptos|cryptogrammes) [(visuel|de (securite|la carte|votre carte)|a (trois|3) chiffres)]",
            "(code|chiffres|clef|cle) (secu|securite)", "numero securite",
            "(code|codes|chiffres|chiffre|clef|cle) de secu [(a (trois|3|quatre|4) chiffres)]",
            "(code|codes|numero|numeros|chiffres|chiffre|clef|cle) de securite [(a (trois|3|quatre|4) chiffres|visuel)]",
            "(code|codes|numero|chiffres) de (verification|controle)", f"(code|numero) de validation {_OF_CARD}", "code (visuel|cvv|cvc|cvx)",
            f"(trois|3) [(derniers|petits|autres)] {_DIGITS} [(qui (sont|figurent|se trouvent)|inscrits|indiques)] [{_AT_BACK}]",
            f"{_DIGITS} [(qui (sont|figurent|se trouvent)|inscrits|indiques)] {_AT_BACK}", "(derniers|dernier) (trois|3) [chiffres]",
            f"(trois|3) (derniers|{_AT_BACK})", f"(code|codes) [a (trois|3|quatre|4) chiffres] {_AT_BACK}",
            "(code|numero) (a|de) (trois|3) chiffres", f"(quatre|4) [petits] chiffres {_AT_FRONT}",
            _AT_BACK, "(derriere|dos de) (la|votre|ma) carte", "(retournez|retourner|retourne|tournez) [(la|votre|ta)] carte",
            "(bande|panneau|zone|emplacement) de [la] signature", "(a cote|pres) de [(la|votre)] signature",
        ),
        "expiry": (
            "(date|dates|mois|annee) (d (expiration|echeance)|de (validite|fin [de validite]|peremption))",
            "(expiration|validite|echeance|fin de validite|peremption|perime|perimee|perimees|valable|valables)", f"echeance {_OF_CARD}",
            "(expire|expirent|expirera|expirant|expiree|expirer) [(en|le|fin|au|a la fin)]", f"date {_OF_CARD}", "date (sur|de) [la] carte",
            "(valable|valide|bonne|validite) jusqu (a|au|en|a fin|a la fin)", "jusqu a quand", "valid thru", "mois et [(l|une|son)] annee",
            "mois annee",
            "date (limite|butoir|de (peremption|fin [de carte]))", "(finit|termine|arrete|finira|terminera) quand",
            "quand (est ce qu|qu) elle (finit|se termine|s arrete|expire)", "quand (finit|se termine|s arrete|expire) (elle|t elle)",
            "(date|chiffres|numeros) [(juste|inscrite|marquee|ecrite)] [(juste)] (en dessous|dessous|au dessous)",
            "(a|jusqu a|vers) quelle date [(va|vaut|est) elle]",
            "(va|vaut|tient|court|dure|marche|fonctionne) jusqu (a|en) (quand|quel|quelle|quelle date)",
            "(elle|carte) (va|vaut|tient|court|dure|marche|fonctionne) jusqu (a|au|en|a fin)", "quel mois", "et (le mois|l annee)",
            "mois slash annee", f"date {_AT_FRONT}", "date en bas",
        ),
        "pin": (
            "(pin|nip)", "code (pin|nip|secret|confidentiel|personnel|a (quatre|4) chiffres|de carte [bleue]|bancaire|de retrait)",
            f"code {_OF} carte [(bancaire|bleue|de credit)]", "(p i n|n i p)", "numero (d identification personnel|confidentiel|secret|pin)",
            "codes (secrets|confidentiels)", "(je|j ai|on) (tape|saisis|saisi) [(le|mon|bien)] [code]",
        ),
        "part": (
            f"derniers {_FOUR} [{_DIGITS}]", f"{_FOUR} derniers [{_DIGITS}]", f"premiers (six|6|huit|8) [{_DIGITS}]",
            f"(six|6|huit|8) premiers [{_DIGITS}]",
            f"derniers {_DIGITS}", f"{_FOUR} chiffres (de fin|de la fin)",
            "(termine|terminant|finit|finissant|terminee|fini) [(par|en|avec)]",
        ),
        "other": (
            f"(numero|numeros|num|no|n|code) (de|d|du|de (la|l|votre|mon)) {_KIND}",
            f"(numero|num|code|identifiant) {_KIND}", "(numero de telephone|code postal|numero postal)",
            "(iban|rib|siret|siren|identifiant|matricule|imei|swift|bic|nir|digicode|cedex)", "(date de naissance|anniversaire|ne le|nee le)",
            "reference [dossier]", "dossier", "(numero|numeros|num|n) [de] [(la|ma|votre|mon)] secu",
            f"{_HAND_OVER} carte (vitale|grise|sim|cadeau|d identite|de (fidelite|sejour|membre))",
            "(securite sociale|secu|carte vitale|carte grise|passeport|permis de conduire|plaque d immatriculation)",
            "carte (d (identite|embarque|embarquement|abonnement|assure|assurance maladie)|de (fidelite|sejour|membre|transport|visite|presse|mutuelle|resident)|vitale|grise|sim|cadeau|jeune|avantage|navigo|etudiant|senior)",
            "(joindre|appeler|rappeler|contacter|telephoner|(rappelez|appelez|joignez|contactez) (moi|nous|le|la)|joignable|joignables|ecrire) (au|sur|a ce)",
            "(vous|nous|me|te|le|la|m) (appelle|appelons|appelez|appellent|rappelle|rappelons|joins|contacte|contactons) (au|du|sur|depuis)",
            "(appelle|appelez|appelons|appele|telephone|telephonez) (du|depuis|avec|a partir) [(le|ce|du|un)]",
            "(vous|me|nous|te|le|la) (joindre|rappeler|recontacter)", "(a|sur) quel numero",
            "quel mois (etes|es|voulez|souhaitez|avez|as|a|pour|de naissance)",
            "(compose|composez|composer|numeroter) le",
            f"(votre|notre|mon|ma|la|le|l|son|sa) {_NAMED} (est|c est|sera|etait|commence|porte|a (pour|le) numero)",
            "(lien|liens) [(de paiement|securise|par sms|par texto)]", "(montant|somme) [total] (de|est de|s eleve a)",
            "echeance (du|de (votre|mon|l|la|son|notre) (contrat|assurance|police|abonnement|facture|bail|adhesion))",
            "(mon|votre) numero a change", "(mon|votre|ton) (telephone|portable|mobile|fixe|numero de telephone) [(est|c est)]",
            "code (d (activation|acces|authentification|autorisation|identification)|unique|sms|par sms|temporaire|de (confirmation|connexion|deverrouillage|parrainage))",
            "code [de (verification|securite|validation)] [(a|de) (six|6) chiffres] (par (sms|texto|mail|message)|recu|envoye)",
            "code [de (verification|securite|validation)] (que|qui) [(je|on|nous|vous)] [(viens|vient|venez|vous|avez)] [(ai|a|avons|d|de|ete)] (envoye|envoyer|recu|recevoir|envoie)",
            "(sms|texto|otp)", "(indicatif|extension)",
        ),
        "thing": (
            "(pour cent|heures|heure)",
            """(telephone|portable|mobile|fixe|fax|commande|commandes|reservation|reservations|reserve|facture|factures|suivi|ticket|tickets|appartement|chambre|porte|vol|maison
            |batiment|immeuble|bus|train|metro|voie|siege|place|places|etage|solde|total|montant|prix|cout|frais|plafond|limite|temperature|poids
            |age|taille|pointure|modele|version|chaine|tapez|touche|option|chapitre|page|compte|colis|envoi|envois|paquet|paquets|sinistre|sinistres|police|contrat
            |contrats|boite|depuis|adresse|lot|escalier|poste|terminal|salle|rang|article|autorisation|autorisations|approbation|agrement|operation|livraison
            |expedition|billet|billets|devis|chassis|moteur|serie|loto|loterie|tirage|grille|bulletin|coupon|cheque|cheques|mandat|virement|incident
            |reclamation|intervention|requete|compteur|index|abonnement|adhesion|adherent|licence|permis|plaque|immatriculation|quai|casier|consigne
            |guichet|agence|succursale|magasin|pdl|pce|isbn|annonce|bordereau|recepisse|quittance|certificat|ordonnance|patient)""",
            "(livre|livrons|livrer|livree|expedie|expediee|expedions|envoie|recevrez|arrive|arrivera) [(prevu|prevue)] [(entre|pour|du|vers)] le",
            "(paiement|reglement|prelevement|virement) (pour|concernant)",
            "(rue|avenue|boulevard|chemin|impasse|allee|quai|route|place) (de|du|des|d) [(la|l)]",
        ),
        "pan": (
            f"numero (d identification|de compte|de serie) {_OF} carte [{_TAIL}]", "numero de compte carte",
            f"{_CARD} [(c est|et)] (quoi|quel|quel est) (son|le|votre) numero", "son numero (a|de) (elle|la carte)",
            "numero [tout] (en (long|entier|integralite)|d un coup|d une traite|d affilee)",
            "(chiffres|numeros) (un (par|a) un|(deux|quatre) par (deux|quatre)|par (deux|quatre))",
            "(parti|balance|balancez|envoie|envoyez|annoncez|enoncez) [pour] (les|tes|vos) (chiffres|numeros)",
            "(case|champ) [(du|de)] (numero|en face)",
            "(maintenant|ensuite|reste|restent|(plus|manque|reste) que|place|passons|passe|passer|passez|venons) (la|le|a la|au) (carte|cb|reglement|paiement)",
            "(on|nous) (regle|paie|paye|reglons|payons|(fait|fais) le (paiement|reglement)) [ca] (maintenant|tout de suite|ensemble|aujourd hui|par telephone|au telephone)",
            "(sur|avec|de) quelle carte", "par (carte|cb) (alors|donc|du coup)",
            "(terminal|tpe) [de paiement] (est pret|me demande|demande|attend)", "(sur|dans) (le|mon) (terminal|tpe)",
            "numero (invalide|incorrect|incomplet|errone|non reconnu)",
            "(redonnez|redites|relisez|repetez|reprenez) [moi] (les|tous les) (chiffres|numeros)",
            "(celui|celle|ceux) (du milieu|au milieu|de devant|du devant)", "(longue|grande) (serie|suite)",
            "(serie|suite|ligne) de [seize] (chiffres|numeros)", "(donnez moi|donnez|dictez moi|dites moi|note|enregistre|prends) la nouvelle",
            "(nouveau|nouvelle|autre) (moyen|mode) de (paiement|reglement)", f"{_HAND_OVER} (carte|visa|mastercard|cb|bleue|bancontact|amex)",
            "(ecoute|allez y|vas y|note|partez|go|vous pouvez y aller|dites moi|dictez|dictez moi) [tout] pour (la|votre|ta) (carte|cb|visa)",
            "(carte|cb|visa) [(bancaire|bleue)] [(bien)] (sous la main|sous les yeux|pres de (vous|toi)|a portee de main|en main|devant (vous|toi|les yeux)|avec (vous|toi)|sur (vous|toi))",
            "(devant|dessus|recto) [il] y a [(marque|ecrit|inscrit|note)]", "(numero|chiffres|code) [de [la] carte] depuis le (debut|depart)",
            f"(numero|numeros|num|no|n|chiffres|coordonnees|informations|references) {_OF} {_CARD}", f"(numero|numeros|num|n) {_CARD}",
            "(numero|numeros) (complet|complets|long|longs|entier)", "(grand|gros|long) numero", "(numero|code) pan",
            f"{_SIXTEEN} {_DIGITS} [({_SHOWN}|{_AT_FRONT})]", f"{_SIXTEEN} {_AT_FRONT}",
            f"(numero|code|serie|suite) (a|de) {_SIXTEEN} chiffres", "(numero|numeros|chiffres) (longs|complets|en relief)", "en relief",
            f"{_DIGITS} [{_SHOWN}] {_AT_FRONT}", f"{_DIGITS} [{_SHOWN}] (sur|de) (la|votre|ta|ma) (carte|cb|visa)",
            f"(prochains|suivants|autres|seconds|premiers) (quatre|4|{_DIGITS}) [{_DIGITS}]",
            f"(quatre|4) (prochains|suivants|autres|restants|premiers) [{_DIGITS}]",
            f"{_DIGITS} (suivants|restants|manquants)", f"(suite|reste) (du numero|des (chiffres|numeros)|{_OF_CARD})",
            "(deuxieme|troisieme|quatrieme|dernier) (bloc|groupe)",
            "(n y en a|ne fait|ne font|n ai|n en ai|il n y a|y en a|en manque|en faut|en faudrait) (que|bien) (quinze|15|quatorze|14|treize|13|douze|12|seize|16)",
            "(quatre|4) par (quatre|4)", "(groupes|blocs|paquets) de (quatre|4)",
        ),
        "card": (f"{_PAY_PAGE} [(alors|donc|et|la|voila)] {_INVITES}", f"(paiement|reglement) [(par carte|alors|donc|la)] {_INVITES}", f"[{_BRAND}] (carte|cartes) [{_TAIL}]", _BRAND, "(bancaire|carte)", "recto de [(la|votre)] carte"),
        "code": ("(code|codes)", "code de validation"),
        "pay": (
            "ne [(me|nous)] (dites|donnez|lisez|dictez|communiquez|envoyez) (pas|jamais|surtout pas) [(votre|le|vos|de)] [(numero|numeros|donnees|coordonnees)] [de carte [(bancaire|bleue)]]",
            _PAY_PAGE, "en train (de|d)", "(porte|portes) (monnaie|cartes|carte|feuille)", "(a|sur) la place (de|du|d)",
            "depuis (le (debut|depart|commencement|site)|hier|ce matin|longtemps|tout a l heure|le temps)",
            "(me|se|rends|rendu|rendre) (rends|rend|rendu) compte", "(a|de) la maison",
            "par (carte|cb) [bancaire] (ou|ou bien) [par] (cheque|virement|prelevement|mandat|paypal|especes)",
            "(cheque|virement|prelevement|mandat|especes) ou [(par|en|bien)] [(par|la)] (carte|cb) [bancaire]", _PAYS_FOR,
            """(payer|paie|paye|payez|paiement|paiements|regler|regle|reglement|debiter|debit|prelever|prelevement|prelevements|encaisser|facturer
            |rembourser|remboursement|caution|acompte|arrhes|achat|credit|transaction)""",),
    }),
)  # fmt: skip
