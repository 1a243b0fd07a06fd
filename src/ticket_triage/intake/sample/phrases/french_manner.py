"""How people write in French."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Core, Manner

CORE = Core(
    states=(
        (
            "L'icône pour {about} n'est pas jolie.",
            "Il y a une faute d'orthographe dans l'aide sur {about}.",
            "Le texte d'aide sur {about} n'est plus à jour.",
        ),
        (
            "{thing} [prend|prennent] plus de temps que d'habitude.",
            "De temps en temps, il faut deux essais pour {about}.",
            "{thing} [fonctionne|fonctionnent], mais avec un avertissement.",
        ),
        (
            "{thing} ne [fonctionne|fonctionnent] qu'une fois sur deux.",
            "{thing} [s'arrête|s'arrêtent] en cours de route avec {error}.",
            "{thing} [donne|donnent] de faux résultats dans certains cas.",
        ),
        (
            "{thing} ne [fonctionne|fonctionnent] plus du tout {since}.",
            "{thing} ne [marche|marchent] plus {since}.",
            "{thing} [échoue|échouent] chaque fois avec {error}.",
        ),
    ),
    obstacles=(
        ("Quand je veux {task}, le texte à côté du bouton est coupé.",),
        ("Il faut plusieurs essais pour {task}.", "Je dois faire un détour pour {task}."),
        ("Je n'arrive pas à {task}, on obtient {error}.", "Quand je veux {task}, il ne se passe rien."),
        ("Nous n'arrivons plus à {task} {since}, et toute la procédure est à l'arrêt.",),
    ),
    questions=(
        "Comment puis-je {task} ?",
        "Pouvez-vous me dire comment {task} ?",
        "Je voudrais {task}, mais je ne trouve pas la bonne page.",
        "Où faut-il cliquer pour {task} ?",
    ),
    stuck=("Nous devons {task} et je reste bloqué à la deuxième étape.",),
    suggestions=(
        "Ce serait bien de pouvoir {task}.",
        "Nous aimerions {task} en un clic.",
        "Est-il prévu de pouvoir {task} ?",
        "Dans d'autres systèmes, on peut {task}, cela nous manque ici.",
    ),
    state_subjects=(
        ("Petit détail : {thing}", "{thing} : affichage"),
        ("Lenteur : {thing}", "Question : {thing}"),
        ("Souci : {thing}", "Erreur : {thing}"),
        ("{thing} ne [fonctionne|fonctionnent] plus", "Panne : {thing}"),
    ),
    task_subjects=("Problème pour {task}", "Je n'arrive pas à {task}"),
    question_subjects=("Comment {task}", "Question : {task}"),
    suggestion_subjects=("Idée : {task}", "Souhait : {task}", "Suggestion"),
    plain_subjects=(
        "Question",
        "Demande d'aide",
        "Problème : {thing}",
        "Demande",
        "Commande {order}",
        "Notre boutique",
    ),
    outages={
        "checkout": ("La validation de commande est en panne, tous les clients voient {error} à la dernière étape.",),
        "login_access": ("Personne ne peut se connecter chez nous, la page de connexion affiche seulement {error}.",),
    },
    outage_subjects={
        "checkout": ("Commandes en panne", "Les clients ne peuvent plus payer"),
        "login_access": ("Connexion en panne",),
    },
)

MANNER = Manner(
    greetings={
        "polite": ("Madame, Monsieur,", "Bonjour Madame, bonjour Monsieur,", "Chère équipe,"),
        "plain": ("Bonjour,", "Bonjour à tous,", "Salut,"),
    },
    openers=(
        "J'espère que vous allez bien.",
        "Excusez-moi de vous déranger.",
        "Merci pour votre aide la dernière fois.",
        "Nous tenons une boutique en ligne, rayon {goods}.",
    ),
    scopes={
        "one": (
            "À ma connaissance, cela ne concerne que moi.",
            "Mes collègues ne voient pas cela.",
            "C'est un cas isolé.",
        ),
        "few": (
            "Nous sommes {n} à le voir.",
            "Une collègue voit la même chose.",
            "Cela concerne {n} clients pour l'instant.",
        ),
        "team": (
            "Toute notre équipe de {n} personnes est touchée.",
            "Dans notre service, personne ne peut continuer, soit {n} personnes.",
            "Au bureau, nous sommes tous concernés, soit {n} personnes.",
        ),
        "many": (
            "Environ {n} clients nous ont écrit.",
            "Nous comptons déjà {n} cas.",
            "La moitié de nos boutiques est touchée.",
        ),
        "all": (
            "C'est pareil pour tous les clients.",
            "Tout le monde est touché, dans toutes nos boutiques.",
            "Aucun de nos {n} utilisateurs ne passe.",
        ),
        "unknown": ("Je ne sais pas si d'autres sont touchés.",),
    },
    deadlines={
        "relaxed": (
            "Rien ne presse.",
            "Je n'en ai pas besoin aujourd'hui.",
            "Cela peut attendre.",
            "Ce n'est pas urgent, quand cela vous convient.",
        ),
        "none": (),
        "week": (
            "Il nous le faudrait d'ici la fin de la semaine prochaine.",
            "Notre prochaine opération a lieu dans deux semaines.",
        ),
        "tomorrow": ("Nos soldes commencent demain.", "Il nous le faut pour demain midi."),
        "today": ("Nous devons clôturer le mois aujourd'hui.", "Le délai du fisc se termine aujourd'hui."),
        "now": ("Nous perdons des commandes chaque minute.", "En ce moment, nous ne pouvons rien vendre."),
    },
    ways_round={
        "has": ("Pour l'instant, nous le faisons à la main.", "Avec un autre navigateur, cela marche."),
        "none": ("Nous n'avons trouvé aucun autre moyen.", "On ne peut pas le faire à la main."),
    },
    effects={
        "low": ("Ce n'est qu'un détail.", "Nous pouvons vivre avec."),
        "medium": ("Cela nous coûte un peu de temps chaque jour.", "Cela gêne notre travail, mais il avance."),
        "high": ("Notre travail en est retardé.", "Cela nous coûte de l'argent."),
        "critical": ("Toute notre activité est à l'arrêt.", "Cela nous cause de graves dommages."),
    },
    attempts=(
        "J'ai vidé le cache et essayé un autre navigateur.",
        "Un redémarrage n'a rien changé.",
        "Nous avons suivi l'aide étape par étape.",
        "Cela se produit dans {browser}.",
    ),
    histories=(
        "C'est la troisième fois en quelques mois.",
        "Je vous avais écrit à ce sujet en {month}.",
        "Je n'ai pas encore reçu de réponse à mon dernier message.",
    ),
    chatter=(
        "Je joins une capture d'écran.",
        "La commande {order} est un exemple.",
        "J'ai noté les étapes, il suffit de demander.",
        "Tout le monde ici aime la nouvelle présentation, d'ailleurs.",
        "Nous sommes chez vous depuis {year}.",
        "Je suis au bureau jusqu'à cinq heures.",
        "Rien d'autre n'est en panne.",
    ),
    tones={
        "negative": (
            "C'est vraiment décevant.",
            "Je commence à être agacé.",
            "Franchement, ce n'est pas pour cela que nous payons.",
            "Nous perdons patience.",
            "J'étais content de vous autrefois, mais là, c'est faible.",
            "Super, encore une matinée perdue.",
        ),
        "positive": (
            "Pour le reste, nous sommes très contents de la boutique.",
            "Votre équipe est toujours super.",
            "Merci pour le bon travail.",
            "La nouvelle version me plaît beaucoup.",
            "J'étais agacé au début, mais votre équipe a été formidable.",
        ),
        "neutral": (
            "Je voulais simplement vous prévenir.",
            "C'est seulement pour votre information.",
            "Personne n'est agacé, nous avons juste besoin de savoir.",
        ),
    },
    shouts=(
        "Il me le faut TOUT DE SUITE !!!",
        "C'EST URGENT !!!",
        "Priorité absolue !!!",
        "Combien de temps dois-je encore attendre ?!",
    ),
    shout_marks=("URGENT !!!", "TRÈS URGENT :", "!!! IMPORTANT !!!", "CRITIQUE :"),
    asks={
        "polite": (
            "Quelqu'un pourrait-il y jeter un œil à l'occasion ?",
            "Je vous serais reconnaissant d'une courte réponse.",
            "Auriez-vous la gentillesse de vérifier ?",
        ),
        "plain": (
            "Merci de vérifier.",
            "Que pouvons-nous faire ?",
            "Merci de me répondre.",
        ),
    },
    mends=("Pouvez-vous corriger cela ?", "Quand est-ce que ce sera réglé ?"),
    closings={
        "polite": ("Bien cordialement,", "Avec mes remerciements,"),
        "plain": ("Merci,", "Cordialement,", "Bonne journée,"),
    },
    slots={
        "since": ("depuis ce matin", "depuis hier après-midi", "depuis la dernière mise à jour", "depuis lundi"),
        "error": ("l'erreur 502", "l'erreur 403", "l'erreur 500", "le code E-1043", "le code E-2210"),
        "month": ("janvier", "mars", "avril", "mai", "août", "octobre", "novembre"),
        "goods": ("thé", "luminaires", "vélo", "jardin", "jouets", "céramique", "livres"),
        "city": ("Lille", "Namur", "Nantes", "Lausanne"),
    },
)
