"""How people write in German."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Core, Manner

CORE = Core(
    states=(
        (
            "Das Symbol für {about} sieht unschön aus.",
            "Im Hilfetext über {about} ist ein Schreibfehler.",
            "Der Hilfetext über {about} ist veraltet.",
        ),
        (
            "{thing} [ist|sind] langsamer als sonst.",
            "{thing} [braucht|brauchen] ab und zu einen zweiten Versuch.",
            "{thing} [funktioniert|funktionieren], aber mit einer Warnung.",
        ),
        (
            "{thing} [funktioniert|funktionieren] nur jedes zweite Mal.",
            "{thing} [bricht|brechen] mittendrin mit {error} ab.",
            "{thing} [liefert|liefern] in manchen Fällen falsche Ergebnisse.",
        ),
        (
            "{thing} [funktioniert|funktionieren] {since} überhaupt nicht mehr.",
            "{thing} [ist|sind] {since} komplett ausgefallen.",
            "{thing} [endet|enden] jedes Mal mit {error}.",
        ),
    ),
    obstacles=(
        ("Wenn ich {task} will, ist der Text neben der Schaltfläche abgeschnitten.",),
        ("Erst nach mehreren Versuchen kann ich {task}.", "Nur auf Umwegen kann ich {task}."),
        ("Wenn ich {task} will, passiert nichts.", "Wenn ich {task} möchte, kommt {error}."),
        ("Wir wollen {task}, aber {since} scheitert jeder Versuch, und der ganze Ablauf steht still.",),
    ),
    questions=(
        "Wie kann ich {task}?",
        "Können Sie mir sagen, wie ich {task} kann?",
        "Ich möchte {task}, finde aber die richtige Seite nicht.",
        "Wo muss ich klicken, wenn ich {task} will?",
    ),
    stuck=("Wir müssen {task}, und ich komme beim zweiten Schritt nicht weiter.",),
    suggestions=(
        "Es wäre schön, wenn man {task} könnte.",
        "Wir würden gern mit einem Klick {task}.",
        "Ist geplant, dass man künftig {task} kann?",
        "In anderen Systemen kann man {task}, das fehlt uns hier.",
    ),
    state_subjects=(
        ("Kleinigkeit: {thing}", "{thing}: Anzeige"),
        ("{thing} langsam", "Frage: {thing}"),
        ("Ärger: {thing}", "Fehler: {thing}"),
        ("{thing} [funktioniert|funktionieren] nicht", "Ausfall: {thing}"),
    ),
    task_subjects=("Problem: {task}", "Es klappt nicht: {task}"),
    question_subjects=("Frage: {task}", "Wie kann ich {task}?"),
    suggestion_subjects=("Idee: {task}", "Wunsch: {task}", "Anregung"),
    plain_subjects=("Frage", "Bitte um Hilfe", "Problem: {thing}", "Anfrage", "Bestellung {order}", "Unser Shop"),
    outages={
        "checkout": ("Die Kasse in unserem Shop ist ausgefallen, alle Kunden sehen nach dem letzten Schritt {error}.",),
        "login_access": ("Bei uns kann sich niemand anmelden, die Anmeldeseite zeigt nur {error}.",),
    },
    outage_subjects={
        "checkout": ("Kasse ausgefallen", "Kunden können nicht bezahlen"),
        "login_access": ("Anmeldung ausgefallen",),
    },
)

MANNER = Manner(
    greetings={
        "polite": ("Sehr geehrte Damen und Herren!", "Guten Tag!", "Liebes Support-Team!"),
        "plain": ("Hallo!", "Hallo zusammen!", "Guten Morgen!"),
    },
    openers=(
        "Ich hoffe, es geht Ihnen gut.",
        "Bitte entschuldigen Sie die Störung.",
        "Danke für Ihre Hilfe beim letzten Mal.",
        "Wir betreiben einen Shop für {goods}.",
    ),
    scopes={
        "one": ("Soweit ich sehe, betrifft es nur mich.", "Die Kollegen haben das nicht.", "Es ist ein Einzelfall."),
        "few": ("{n} von uns haben das.", "Eine Kollegin hat dasselbe.", "Bisher geht es um {n} Kunden."),
        "team": (
            "Unser ganzes Team mit {n} Leuten ist betroffen.",
            "In unserer Abteilung kann niemand weiterarbeiten, das sind {n} Leute.",
            "Alle {n} im Büro haben das.",
        ),
        "many": (
            "Etwa {n} Kunden haben uns geschrieben.",
            "Wir zählen inzwischen {n} Fälle.",
            "Die Hälfte unserer Shops ist betroffen.",
        ),
        "all": (
            "Es ist bei allen Kunden so.",
            "Alle sind betroffen, in allen unseren Shops.",
            "Keiner unserer {n} Benutzer kommt durch.",
        ),
        "unknown": ("Ob andere betroffen sind, weiß ich nicht.",),
    },
    deadlines={
        "relaxed": (
            "Es eilt nicht.",
            "Heute brauche ich es nicht.",
            "Das hat Zeit.",
            "Nichts Dringendes, wann immer es Ihnen passt.",
        ),
        "none": (),
        "week": ("Wir bräuchten es bis Ende nächster Woche.", "Unsere nächste Aktion ist in zwei Wochen."),
        "tomorrow": ("Unser Schlussverkauf beginnt morgen.", "Wir brauchen es bis morgen Mittag."),
        "today": ("Wir müssen heute den Monat abschließen.", "Die Frist beim Finanzamt endet heute."),
        "now": ("Wir verlieren jede Minute Bestellungen.", "Im Moment können wir nichts verkaufen."),
    },
    ways_round={
        "has": ("Vorerst machen wir es von Hand.", "In einem anderen Browser geht es."),
        "none": ("Einen anderen Weg haben wir nicht gefunden.", "Von Hand geht es nicht."),
    },
    effects={
        "low": ("Es ist nur eine Kleinigkeit.", "Damit können wir leben."),
        "medium": ("Es kostet uns jeden Tag etwas Zeit.", "Es erschwert unsere Arbeit, aber sie geht weiter."),
        "high": ("Unsere Arbeit wird dadurch aufgehalten.", "Es kostet uns Geld."),
        "critical": ("Unser Geschäft steht still.", "Es richtet bei uns ernsten Schaden an."),
    },
    attempts=(
        "Ich habe den Cache geleert und einen anderen Browser versucht.",
        "Ein Neustart hat nichts geändert.",
        "Wir sind der Anleitung Schritt für Schritt gefolgt.",
        "Es passiert in {browser}.",
    ),
    histories=(
        "Das ist schon das dritte Mal seit {month}.",
        "Ich hatte Ihnen im {month} deswegen geschrieben.",
        "Auf meine letzte Nachricht habe ich noch keine Antwort.",
    ),
    chatter=(
        "Ein Bildschirmfoto hängt an.",
        "Bestellung {order} ist ein Beispiel.",
        "Wir verkaufen {goods}.",
        "Die Schritte habe ich aufgeschrieben, fragen Sie einfach.",
        "Allen hier gefällt übrigens die neue Gestaltung.",
        "Wir sind seit {year} bei Ihnen.",
        "Ich bin bis fünf Uhr im Büro.",
        "Sonst ist nichts ausgefallen.",
    ),
    tones={
        "negative": (
            "Das ist wirklich enttäuschend.",
            "Langsam ärgere ich mich.",
            "Dafür bezahlen wir ehrlich gesagt nicht.",
            "Wir verlieren die Geduld.",
            "Früher war ich mit Ihnen zufrieden, aber das ist schwach.",
            "Na toll, wieder ein verlorener Vormittag.",
        ),
        "positive": (
            "Sonst sind wir mit dem Shop sehr zufrieden.",
            "Ihr Support ist immer toll.",
            "Danke für die gute Arbeit.",
            "Die neue Version gefällt mir sehr.",
            "Erst habe ich mich geärgert, aber Ihr Team war großartig.",
        ),
        "neutral": (
            "Ich wollte nur Bescheid geben.",
            "Das ist nur zu Ihrer Information.",
            "Niemand ärgert sich, wir müssen es nur wissen.",
        ),
    },
    shouts=(
        "Ich brauche das SOFORT!!!",
        "DAS IST DRINGEND!!!",
        "Bitte mit höchster Priorität!!!",
        "Wie lange soll ich noch warten?!",
    ),
    shout_marks=("DRINGEND!!!", "EILT!", "!!! WICHTIG !!!", "NOTFALL:"),
    asks={
        "polite": (
            "Könnte bei Gelegenheit jemand einen Blick darauf werfen?",
            "Über eine kurze Antwort würde ich mich freuen.",
            "Wären Sie so freundlich, das zu prüfen?",
        ),
        "plain": ("Bitte prüfen.", "Was können wir tun?", "Bitte melden Sie sich."),
    },
    mends=("Können Sie das beheben?", "Bis wann ist das behoben?"),
    closings={
        "polite": ("Mit freundlichen Grüßen", "Vielen Dank im Voraus und freundliche Grüße"),
        "plain": ("Danke", "Viele Grüße", "Gruß"),
    },
    slots={
        "since": ("seit heute früh", "seit gestern Nachmittag", "seit dem letzten Update", "seit Montag"),
        "error": ("Fehler 502", "Fehler 403", "Fehler 500", "Code E-1043", "Code E-2210"),
        "month": ("Januar", "März", "April", "Mai", "August", "Oktober", "November"),
        "goods": ("Tee", "Lampen", "Fahrradteile", "Gartengeräte", "Spielzeug", "Keramik", "Bücher"),
        "city": ("Bremen", "Graz", "Jena", "Bern"),
    },
)
