"""Emergencies and their look-alikes in four languages, written before it was known what the policy makes of them.

The shipped words were improved on ``TUNED`` alone; ``HELD_OUT`` was only counted.
"""

EMERGENCIES = {
    "en": [
        "Checkout with the new font is down",
        "The store was down yesterday and still is",
        "There's an outage, our whole office is affected",
        "Outage since 7am, no orders coming in",
        "Everything is down",
        "Nothing loads anymore, the entire team is stuck",
        "Our production database got dropped and the backups are empty",
        "Payments bounce for each and every customer",
        "Was told it was fixed, but the portal is offline again",
        "Customers get someone else's invoices when they log in",
        "Warehouse scanners went dead, trucks are waiting and we cannot ship",
        "An attacker has taken over our admin account",
        "The card reader in all forty branches refuses every card",
        "After changing the logo the shop shows a blank page to all visitors",
        "Patients cannot be admitted because the system does not start",
    ],
    "de": [
        "Der Shop mit dem neuen Logo ist für alle Kunden nicht erreichbar",
        "Ausfall seit 7 Uhr, es kommen keine Bestellungen mehr rein",
        "Gestern war der Server down und heute immer noch",
        "Bei uns geht gar nichts mehr, das ganze Büro steht",
        "Die komplette Datenbank wurde überschrieben, alle Aufträge sind weg",
        "Keine einzige Zahlung geht durch",
        "Unser Admin-Konto wurde von Fremden übernommen",
        "Die Produktion steht, weil das System nicht startet",
        "Kein Kunde kommt mehr in sein Konto",
        "Alle Kassen in den Filialen sind tot",
    ],
    "fr": [
        "Panne depuis 7 heures, plus aucune commande n'arrive",
        "Le site avec la nouvelle police est tombé",
        "Hier le serveur était en panne et il l'est encore",
        "Plus rien ne marche, tout le bureau est bloqué",
        "La base de données a été écrasée, toutes les factures ont disparu",
        "Aucun paiement ne passe",
        "Un pirate a pris le contrôle de notre compte administrateur",
        "La production est à l'arrêt, le système ne démarre pas",
        "Toutes nos caisses sont bloquées, on ne peut plus encaisser",
        "Des clients voient les commandes d'autres clients",
    ],
    "es": [
        "Caída desde las 7, no entra ningún pedido",
        "La web con la nueva tipografía está caída",
        "Ayer el servidor estaba caído y sigue igual",
        "No funciona nada, toda la oficina está parada",
        "Se ha sobrescrito la base de datos y faltan todas las facturas",
        "No pasa ningún pago",
        "Un atacante ha tomado el control de nuestra cuenta de administrador",
        "La producción está parada porque el sistema no arranca",
        "Todas las cajas están bloqueadas y no podemos cobrar",
        "Los clientes ven los pedidos de otros clientes",
    ],
}

LOOK_ALIKES = {
    "en": [
        "The word down is misaligned in the checkout header for everyone",
        "Could you send the report on last month's outage?",
        "Please remind me where the outage history is shown",
        "The shop was down last night, all good since 6 am",
        "We would like to be told by mail before the next outage",
        "Does your plan cover data loss?",
        "Nobody needs the old login page, please remove it",
        "All our customers love the new checkout, thank you",
        "Can you slow down the animation on the portal for all users?",
        "I want to write down all payments in a list, where can I export them?",
        "Our trainer asks how a ransomware drill works in your product",
        "The status page says no outage, is the green colour right?",
        "Sales are down this quarter, which report shows it for all stores?",
        "Everyone in our team would like a dark theme, it is urgent!!!",
        "If the server goes offline, do we get a refund?",
    ],
    "de": [
        "Bitte den Bericht zum Ausfall vom letzten Monat schicken",
        "Wo sehe ich frühere Ausfälle?",
        "Der Shop war gestern Nacht offline, seit 6 Uhr ist alles gut",
        "Niemand braucht die alte Anmeldeseite, bitte entfernen",
        "Alle Kunden lieben die neue Kasse, danke",
        "Deckt Ihr Vertrag auch Datenverlust ab?",
        "Wenn der Server ausfällt, bekommen wir dann Geld zurück?",
        "Das Symbol der Kasse ist für alle unscharf, DRINGEND!!!",
        "Wie lösche ich alle alten Bestellungen?",
        "Unsere Schulung behandelt Schadsoftware, haben Sie Folien?",
    ],
    "fr": [
        "Merci d'envoyer le rapport sur la panne du mois dernier",
        "Où voir l'historique des pannes ?",
        "Le site était hors ligne cette nuit, tout va bien depuis 6 heures",
        "Personne n'utilise l'ancienne page de connexion, vous pouvez la retirer",
        "Tous nos clients adorent la nouvelle caisse, merci",
        "Votre contrat couvre-t-il la perte de données ?",
        "Si le serveur tombe en panne, serons-nous remboursés ?",
        "Le logo est flou pour tous les utilisateurs, URGENT !!!",
        "Comment supprimer toutes les anciennes commandes ?",
        "Notre formation parle de rançongiciels, avez-vous un support ?",
    ],
    "es": [
        "Envíen por favor el informe de la caída del mes pasado",
        "¿Dónde veo el historial de caídas?",
        "La web estuvo fuera de línea anoche, desde las 6 todo va bien",
        "Nadie usa la antigua página de acceso, pueden quitarla",
        "A todos nuestros clientes les encanta la nueva caja, gracias",
        "¿Su contrato cubre la pérdida de datos?",
        "Si el servidor se cae, ¿nos devuelven el dinero?",
        "El logotipo se ve borroso para todos los usuarios, ¡¡¡URGENTE!!!",
        "¿Cómo borro todos los pedidos antiguos?",
        "Nuestra formación habla de malware, ¿tienen diapositivas?",
    ],
}


def _every_other(texts, first):
    return [text for language in texts.values() for text in language[first::2]]


TUNED = _every_other(EMERGENCIES, 0), _every_other(LOOK_ALIKES, 0)
HELD_OUT = _every_other(EMERGENCIES, 1), _every_other(LOOK_ALIKES, 1)
