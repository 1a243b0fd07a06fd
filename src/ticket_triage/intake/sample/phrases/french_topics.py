"""What French tickets are about."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Issue, Thing, Topic

_PAYMENTS = Topic(
    things=(
        Thing("le paiement par carte"),
        Thing("le virement vers notre banque"),
        Thing("les remboursements", plural=True),
        Thing("le terminal de paiement"),
        Thing("les prélèvements", plural=True),
        Thing("la page de paiement"),
    ),
    tasks=(
        "rembourser une commande",
        "changer le compte bancaire des virements",
        "accepter un nouveau type de carte",
        "partager un paiement en deux",
        "libérer un paiement en attente",
    ),
    issues=(
        Issue(
            3,
            "Aucune carte ne passe",
            ("Aucun paiement par carte ne passe {since}, on obtient toujours {error}.",),
            reach="wide",
        ),
        Issue(
            2,
            "Client débité deux fois",
            ("Un client a été débité deux fois pour la commande {order}.",),
            reach="single",
        ),
        Issue(2, "Virement manquant", ("Le virement de {amount} prévu la semaine dernière n'est pas arrivé.",)),
        Issue(
            1,
            "Remboursement en attente",
            ("Le remboursement de la commande {order} est toujours en attente.",),
            reach="single",
        ),
        Issue(0, "Ancien logo", ("À côté du numéro de carte, on voit encore l'ancien logo.",)),
    ),
    asides=(
        "Les paiements arrivent normalement.",
        "Je sais où cliquer pour le dernier virement, il était correct.",
        "Nous acceptons les cartes et les prélèvements.",
        "Le remboursement de la commande {order} est réglé.",
    ),
)

_CHECKOUT = Topic(
    things=(
        Thing("la validation de commande"),
        Thing("le panier"),
        Thing("la page de commande"),
        Thing("le calcul des frais de port"),
        Thing("les codes promo", plural=True),
        Thing("le formulaire d'adresse"),
    ),
    tasks=(
        "ajouter un mode de livraison",
        "fixer un montant minimum de commande",
        "utiliser un code promo",
        "changer le texte de la page de commande",
        "modifier une commande déjà passée",
    ),
    issues=(
        Issue(
            3,
            "Aucune commande possible",
            ("Personne ne dépasse le formulaire d'adresse {since}, aucune commande n'arrive.",),
            reach="wide",
        ),
        Issue(2, "Code promo appliqué deux fois", ("Le code promo retire la remise deux fois.",)),
        Issue(2, "Frais de port absents", ("Pour les colis de plus de 5 kg, aucun frais de port n'est ajouté.",)),
        Issue(1, "Panier vide au retour", ("Le panier oublie ses articles quand un client revient plus tard.",)),
        Issue(0, "Couleur du bouton", ("Le bouton pour commander est gris au lieu de vert.",)),
    ),
    asides=(
        "La validation de commande fonctionne.",
        "Les commandes continuent d'arriver.",
        "J'ai fait un essai avec la commande {order}.",
        "Les codes promo ne sont pas concernés.",
    ),
)

_LOGIN = Topic(
    things=(
        Thing("la connexion"),
        Thing("la réinitialisation du mot de passe"),
        Thing("la connexion en deux étapes"),
        Thing("mon compte utilisateur"),
        Thing("les liens d'invitation", plural=True),
        Thing("la page de connexion"),
    ),
    tasks=(
        "réinitialiser un mot de passe",
        "inviter une collègue",
        "activer la connexion en deux étapes",
        "changer une adresse e-mail",
        "donner à quelqu'un un simple droit de lecture",
    ),
    issues=(
        Issue(
            3, "Personne ne peut se connecter", ("La connexion renvoie {error} avec tous nos comptes.",), reach="wide"
        ),
        Issue(
            3,
            "Connexion inconnue",
            ("Il y a eu une connexion depuis un pays étranger, et nos coordonnées bancaires ont été modifiées.",),
            reach="single",
        ),
        Issue(
            2,
            "Compte bloqué",
            ("Mon compte est bloqué {since}, juste après le changement de mot de passe.",),
            reach="single",
        ),
        Issue(
            1,
            "Accès pour une collègue",
            ("Une nouvelle collègue est arrivée et il lui faut un droit de lecture.",),
            reach="single",
        ),
        Issue(1, "E-mail tardif", ("L'e-mail de réinitialisation met une demi-heure à arriver.",)),
        Issue(0, "Photo de profil", ("Ma photo de profil s'affiche de travers.",), reach="single"),
    ),
    asides=(
        "La connexion fonctionne, cela ne vient pas de là.",
        "J'ai les droits d'administration.",
        "Je me suis déconnecté puis reconnecté.",
        "Le mot de passe a été changé en {month}.",
    ),
)

_BILLING = Topic(
    things=(
        Thing("notre facture"),
        Thing("le calcul de la TVA"),
        Thing("le renouvellement de notre abonnement"),
        Thing("la note de crédit"),
        Thing("les rappels de paiement", plural=True),
        Thing("l'archive des factures"),
    ),
    tasks=(
        "télécharger une facture en PDF",
        "changer l'adresse de facturation",
        "ajouter un numéro de TVA",
        "passer à la facturation annuelle",
        "envoyer la facture à un comptable",
    ),
    issues=(
        Issue(
            3,
            "Abonnement résilié par erreur",
            ("Notre abonnement est marqué comme résilié alors que nous avons payé, et la boutique va être fermée.",),
        ),
        Issue(2, "Deux formules facturées", ("En {month}, on nous a facturé deux formules, {amount} au total.",)),
        Issue(1, "Facture absente", ("La facture émise en {month} n'est pas dans notre compte.",)),
        Issue(1, "Ancien prix", ("Nous avons changé de formule en {month}, mais {invoice} indique l'ancien prix.",)),
        Issue(0, "Nom de la société", ("Il manque un trait d'union à notre nom sur la facture {invoice}.",)),
    ),
    asides=(
        "Nos factures sont payées.",
        "Je ne parle pas de la facture, elle est juste.",
        "C'est notre comptable qui l'a remarqué.",
        "Notre numéro de TVA n'a pas changé.",
    ),
)

_INTEGRATION = Topic(
    things=(
        Thing("l'API des commandes"),
        Thing("l'envoi des webhooks"),
        Thing("la synchronisation du stock"),
        Thing("l'export comptable"),
        Thing("la liaison avec notre entrepôt"),
        Thing("nos clés API", plural=True),
    ),
    tasks=(
        "créer une clé API",
        "raccorder un entrepôt",
        "importer des prix depuis un fichier",
        "tester un webhook",
        "transmettre les commandes à la comptabilité",
    ),
    issues=(
        Issue(
            3,
            "L'entrepôt ne reçoit rien",
            ("Aucune commande n'arrive à l'entrepôt {since}, le webhook renvoie {error}.",),
            reach="wide",
        ),
        Issue(3, "Prix écrasés", ("La synchronisation de nuit a remplacé {count} prix par zéro.",)),
        Issue(2, "L'API ne répond pas", ("Environ un appel sur trois à l'API des commandes renvoie {error}.",)),
        Issue(1, "Webhooks en double", ("Certains messages des webhooks arrivent en double.",)),
        Issue(0, "Faute dans la documentation", ("Un nom de champ est mal écrit dans la documentation de l'API.",)),
    ),
    asides=(
        "Nous utilisons l'API seulement pour le stock.",
        "Rien n'a changé du côté de l'entrepôt.",
        "Notre développeur dit que le webhook va bien.",
        "Nous importons les prix une fois par semaine.",
    ),
)

_REPORTING = Topic(
    things=(
        Thing("le rapport des ventes"),
        Thing("le tableau de bord"),
        Thing("l'export mensuel"),
        Thing("le graphique du chiffre d'affaires"),
        Thing("les statistiques de visite", plural=True),
        Thing("le rapport de stock"),
    ),
    tasks=(
        "exporter le rapport des ventes",
        "comparer deux mois",
        "filtrer le tableau de bord par pays",
        "programmer un rapport chaque semaine",
        "exclure les commandes de test des statistiques",
    ),
    issues=(
        Issue(
            3,
            "Chiffres d'une autre société",
            ("Le tableau de bord nous montre {since} les ventes d'une autre société.",),
        ),
        Issue(2, "Totaux faux", ("Les totaux du rapport des ventes s'écartent de nos commandes de {amount}.",)),
        Issue(2, "Export interrompu", ("L'export mensuel s'arrête après quelques pages avec {error}.",)),
        Issue(1, "Rapport en retard", ("Le rapport programmé est arrivé avec un jour de retard.",)),
        Issue(0, "Couleurs du graphique", ("Les couleurs du graphique sont difficiles à distinguer.",)),
    ),
    asides=(
        "Je l'ai vu en regardant le rapport des ventes.",
        "Le tableau de bord n'indique rien d'inhabituel.",
        "Les chiffres de l'export mensuel sont justes.",
        "Notre conseiller fiscal a posé la question.",
    ),
)

TOPICS = {
    "payments": _PAYMENTS,
    "checkout": _CHECKOUT,
    "login_access": _LOGIN,
    "billing_invoice": _BILLING,
    "integration_api": _INTEGRATION,
    "reporting": _REPORTING,
}
"""What French tickets are about, by area."""
