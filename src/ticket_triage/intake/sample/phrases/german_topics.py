"""What German tickets are about."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Issue, Thing, Topic

_PAYMENTS = Topic(
    things=(
        Thing("die Kartenzahlung"),
        Thing("die Auszahlung auf unser Bankkonto"),
        Thing("die Erstattungen", plural=True),
        Thing("das Kartenterminal"),
        Thing("die Lastschriften", plural=True),
        Thing("die Zahlungsseite"),
    ),
    tasks=(
        "eine Bestellung erstatten",
        "das Bankkonto für Auszahlungen ändern",
        "das Lastschriftverfahren einrichten",
        "eine Zahlung aufteilen",
        "eine angehaltene Zahlung freigeben",
    ),
    issues=(
        Issue(
            3,
            "Keine Karte geht durch",
            ("{since} geht keine Kartenzahlung mehr durch, es kommt immer {error}.",),
            reach="wide",
        ),
        Issue(
            2,
            "Doppelt abgebucht",
            ("Bei Bestellung {order} wurde zweimal abgebucht, jeweils {amount}.",),
            reach="single",
        ),
        Issue(2, "Auszahlung fehlt", ("Die Auszahlung über {amount} von letzter Woche ist nicht angekommen.",)),
        Issue(
            1,
            "Erstattung noch offen",
            ("Die Erstattung zu Bestellung {order} steht immer noch auf offen.",),
            reach="single",
        ),
        Issue(0, "Altes Logo", ("Neben der Kartennummer erscheint noch das alte Logo.",)),
    ),
    asides=(
        "Die Zahlungen selbst kommen normal an.",
        "Die letzte Auszahlung war richtig, ich muss nicht fragen, wo sie ist.",
        "Wir nehmen Karten und Lastschrift an.",
        "Die Erstattung zu Bestellung {order} ist erledigt.",
    ),
)

_CHECKOUT = Topic(
    things=(
        Thing("die Kasse im Shop"),
        Thing("der Warenkorb", after_preposition="den Warenkorb"),
        Thing("die Bestellseite"),
        Thing("die Versandkostenberechnung"),
        Thing("die Gutscheincodes", plural=True),
        Thing("das Adressformular"),
    ),
    tasks=(
        "eine Versandart hinzufügen",
        "einen Mindestbestellwert festlegen",
        "einen Gutscheincode einlösen",
        "den Text auf der Bestellseite ändern",
        "eine Bestellung nachträglich bearbeiten",
    ),
    issues=(
        Issue(
            3,
            "Keine Bestellung möglich",
            ("{since} kommt niemand über das Adressformular hinaus, und es geht keine Bestellung ein.",),
            reach="wide",
        ),
        Issue(2, "Gutschein wird doppelt abgezogen", ("Der Gutscheincode zieht den Rabatt zweimal ab.",)),
        Issue(2, "Versandkosten fehlen", ("Bei Paketen über 5 kg berechnet die Kasse keine Versandkosten.",)),
        Issue(
            1, "Warenkorb vergisst Artikel", ("Der Warenkorb vergisst die Artikel, wenn ein Kunde später wiederkommt.",)
        ),
        Issue(0, "Farbe der Schaltfläche", ("Die Schaltfläche zum Bestellen ist grau statt grün.",)),
    ),
    asides=(
        "Die Kasse selbst läuft.",
        "Bestellungen gehen weiter ein.",
        "Ich habe es mit der Testbestellung {order} versucht.",
        "Die Gutscheincodes sind nicht betroffen.",
    ),
)

_LOGIN = Topic(
    things=(
        Thing("die Anmeldung"),
        Thing("das Zurücksetzen des Passworts"),
        Thing("die Anmeldung in zwei Schritten"),
        Thing("mein Benutzerkonto"),
        Thing("die Einladungslinks", plural=True),
        Thing("die Anmeldeseite"),
    ),
    tasks=(
        "ein Passwort zurücksetzen",
        "eine Kollegin einladen",
        "die Anmeldung in zwei Schritten einschalten",
        "eine E-Mail-Adresse ändern",
        "jemandem nur Leserechte geben",
    ),
    issues=(
        Issue(
            3,
            "Niemand kann sich anmelden",
            ("Die Anmeldung endet bei allen unseren Konten mit {error}.",),
            reach="wide",
        ),
        Issue(
            3,
            "Fremde Anmeldung",
            ("Es gab eine Anmeldung aus dem Ausland, und unsere Bankverbindung wurde geändert.",),
            reach="single",
        ),
        Issue(
            2,
            "Konto gesperrt",
            ("Mein Konto ist {since} gesperrt, gleich nachdem ich das Passwort geändert hatte.",),
            reach="single",
        ),
        Issue(
            1,
            "Zugang für eine neue Kollegin",
            ("Eine neue Kollegin hat angefangen und braucht Leserechte.",),
            reach="single",
        ),
        Issue(1, "Späte Mail", ("Die Mail zum Zurücksetzen des Passworts braucht eine halbe Stunde.",)),
        Issue(0, "Profilbild", ("Mein Profilbild wird quer angezeigt.",), reach="single"),
    ),
    asides=(
        "Die Anmeldung klappt, daran liegt es nicht.",
        "Ich habe Administratorrechte.",
        "Ich habe mich einmal ab- und wieder angemeldet.",
        "Das Passwort wurde im {month} geändert.",
    ),
)

_BILLING = Topic(
    things=(
        Thing("unsere Rechnung"),
        Thing("die Umsatzsteuerberechnung"),
        Thing("die Verlängerung unseres Vertrags"),
        Thing("die Gutschrift"),
        Thing("die Zahlungserinnerungen", plural=True),
        Thing("das Rechnungsarchiv"),
    ),
    tasks=(
        "eine Rechnung als PDF herunterladen",
        "die Rechnungsadresse ändern",
        "eine Umsatzsteuernummer eintragen",
        "auf jährliche Abrechnung umstellen",
        "die Rechnung an die Buchhaltung schicken",
    ),
    issues=(
        Issue(
            3,
            "Vertrag irrtümlich gekündigt",
            ("Unser Vertrag steht auf gekündigt, obwohl wir bezahlt haben, und der Shop soll geschlossen werden.",),
        ),
        Issue(2, "Zwei Tarife berechnet", ("Im {month} wurden uns zwei Tarife berechnet, zusammen {amount}.",)),
        Issue(1, "Rechnung fehlt", ("Die Rechnung für {month} fehlt in unserem Konto.",)),
        Issue(1, "Alter Preis", ("Wir haben im {month} den Tarif gewechselt, {invoice} zeigt aber den alten Preis.",)),
        Issue(0, "Firmenname", ("In unserem Firmennamen fehlt auf Rechnung {invoice} ein Bindestrich.",)),
    ),
    asides=(
        "Unsere Rechnungen sind bezahlt.",
        "Die Rechnung meine ich nicht, die stimmt.",
        "Unsere Buchhaltung hat es zuerst bemerkt.",
        "Der Vertrag läuft noch bis {month}.",
    ),
)

_INTEGRATION = Topic(
    things=(
        Thing("die Bestell-API"),
        Thing("die Webhook-Zustellung"),
        Thing("der Bestandsabgleich", after_preposition="den Bestandsabgleich"),
        Thing("die Übergabe an die Buchhaltung"),
        Thing("die Anbindung an unser Lager"),
        Thing("unsere API-Schlüssel", plural=True),
    ),
    tasks=(
        "einen API-Schlüssel anlegen",
        "ein Lager anbinden",
        "Preise aus einer Datei einlesen",
        "einen Webhook testen",
        "Bestellungen an die Buchhaltung übergeben",
    ),
    issues=(
        Issue(
            3,
            "Lager erhält nichts",
            ("{since} kommt keine Bestellung im Lager an, der Webhook meldet {error}.",),
            reach="wide",
        ),
        Issue(3, "Preise überschrieben", ("Der nächtliche Abgleich hat {count} Preise mit null überschrieben.",)),
        Issue(2, "API antwortet nicht", ("Etwa jeder dritte Aufruf der Bestell-API endet mit {error}.",)),
        Issue(1, "Webhooks doppelt", ("Manche Webhook-Nachrichten kommen doppelt an.",)),
        Issue(0, "Tippfehler in der Anleitung", ("In der Anleitung zur API ist ein Feldname falsch geschrieben.",)),
    ),
    asides=(
        "Wir nutzen die API nur für den Bestand.",
        "Auf der Seite des Lagers wurde nichts geändert.",
        "Unser Entwickler sagt, der Webhook sei in Ordnung.",
        "Preise lesen wir einmal in der Woche ein.",
    ),
)

_REPORTING = Topic(
    things=(
        Thing("der Umsatzbericht", after_preposition="den Umsatzbericht"),
        Thing("das Dashboard"),
        Thing("die Monatsauswertung"),
        Thing("das Umsatzdiagramm"),
        Thing("die Besucherzahlen", plural=True),
        Thing("der Bestandsbericht", after_preposition="den Bestandsbericht"),
    ),
    tasks=(
        "den Umsatzbericht exportieren",
        "zwei Monate vergleichen",
        "das Dashboard nach Ländern filtern",
        "einen wöchentlichen Bericht einplanen",
        "Testbestellungen aus der Auswertung lassen",
    ),
    issues=(
        Issue(3, "Fremde Zahlen im Dashboard", ("Das Dashboard zeigt uns {since} den Umsatz einer anderen Firma.",)),
        Issue(2, "Falsche Summen", ("Die Summen im Umsatzbericht weichen um {amount} von unseren Bestellungen ab.",)),
        Issue(2, "Auswertung bricht ab", ("Die Monatsauswertung bricht nach ein paar Seiten mit {error} ab.",)),
        Issue(1, "Bericht zu spät", ("Der eingeplante Bericht kam einen Tag zu spät.",)),
        Issue(0, "Farben im Diagramm", ("Die Farben im Umsatzdiagramm sind schwer zu unterscheiden.",)),
    ),
    asides=(
        "Aufgefallen ist es mir beim Umsatzbericht.",
        "Im Dashboard ist nichts Ungewöhnliches zu sehen.",
        "Die Zahlen in der Monatsauswertung stimmen.",
        "Unser Steuerberater hat danach gefragt.",
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
"""What German tickets are about, by area."""
