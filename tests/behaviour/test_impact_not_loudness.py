"""Real emergencies rise in every phrasing, loud trifles never do; none of it is decided by how it is said."""

from datetime import UTC, datetime

import pytest

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOUDEST = {"vip": True, "segment": "enterprise", "annual_value": 500_000.0}
EVEN = Prediction(
    (HeadPrediction("urgency", "medium", URGENCY_LEVELS, (0.25, 0.25, 0.25, 0.25)),),
    ModelReference("desk", "1", "0" * 64),
    0.1,
)

LOUD_TRIFLES = [
    "NOTHING WORKS in this ugly design!!! The icon colours are broken for us!!!",
    "URGENT!!! It is impossible to read this ugly font",
    "the button icon is ugly, we are losing money!!!",
]
TRIFLES = [
    "The arrow on the button points down for everyone!!!",
    "The banner text is broken for everyone, a typo says wellcome",
    "Prices are down for all customers, please change the banner colour",
    "How can I make a discount for all customers when the price is down?",
    "The word 'outage' is misspelt on the status page for everyone",
    "Tippfehler!!! Der Pfeil ist down f\u00fcr alle",
    "How do I prevent data loss? Is there a guide?",
    "Is there an article on ransomware?",
    "Checkout was down for everyone yesterday, it works again",
    "Please never let the checkout go down for everyone again, the font is ugly",
    "Our outage page has a spelling mistake",
    "The checkout is no longer down for all customers, thank you!",
]
STOPPED = [
    "nobody in our shops can take card payments",
    "none of our customers can complete an order any more",
    "Nobody's able to log in",
    "all customer records vanished",
    "Seit heute morgen kann keiner unserer Kunden mehr bezahlen",
    "kein Mitarbeiter kann sich anmelden",
    "s\u00e4mtliche Kundendaten sind verschwunden",
    "plus aucun client ne peut payer",
    "la boutique ne fonctionne plus pour personne",
    "ning\u00fan cliente puede pagar",
    "la tienda dej\u00f3 de funcionar para todos",
    "Han desaparecido todos los datos",
    "Without warning checkout is offline for all customers",
    "No joke server down everywhere",
    "Every order fails since noon for all our customers",
]
GRAVE = [
    "Since the font update, customers can no longer complete orders",
    "Every order is lost when customers change the colour",
    "We can no longer process any payments",
    "The shop has been offline since 6 am",
    "other customers can see our invoices",
    "We were charged twice, hundreds of customers",
    "Payroll for 4,000 employees cannot be run",
    "Alle Bestellungen schlagen fehl",
]
# The two lists below were written before it was known what the policy makes of them.
GRAVE_UNSEEN = [
    "No cashier is able to accept cards",
    "Our staff cannot sign in, not a single person",
    "All invoices have been deleted overnight",
    "The website went offline an hour ago and every visitor is affected",
    "Strangers can read our customers' addresses",
    "Thousands of users were billed twice this morning",
    "We can't ship anything, the warehouse system is down",
    "The API has stopped responding for all partners",
    "Der Onlineshop ist seit einer Stunde nicht mehr erreichbar",
    "Niemand von uns kommt mehr ins System",
    "Alle Rechnungen wurden gel\u00f6scht",
    "Kunden sehen die Daten anderer Kunden",
    "Unsere Kunden k\u00f6nnen keine Bestellungen mehr aufgeben",
    "Le site est tomb\u00e9 pour tous nos clients",
    "Aucun employ\u00e9 ne peut se connecter",
    "Toutes les commandes ont disparu",
    "Nous ne pouvons plus encaisser de paiements",
    "Nadie puede acceder al sistema",
    "Se han borrado todos los pedidos",
    "Ya no podemos cobrar a nuestros clientes",
]
TRIFLES_UNSEEN = [
    "What happens if the server is down for everyone?",
    "Last week the shop was offline for all customers, everything is fine now",
    "The dropdown arrow is broken for all users",
    "Scroll down on the site: the footer colour is ugly for everyone!!!",
    "Could you write an article about data breaches?",
    "Wie kann ich Datenverlust vermeiden?",
    "Der Shop war gestern f\u00fcr alle offline, jetzt l\u00e4uft er wieder",
    "Die Farbe des Logos ist f\u00fcr alle Kunden kaputt!!!",
    "Comment \u00e9viter une perte de donn\u00e9es ?",
    "L'ic\u00f4ne est moche pour tous les clients, URGENT!!!",
    "\u00bfC\u00f3mo puedo evitar la p\u00e9rdida de datos?",
    "El color del icono no funciona para nadie!!!",
]

# Written after the words of the shipped policy were fixed, before it was asked.
GRAVE_FRESH = [
    "No one in the office can open the CRM",
    "Since this morning none of the tills accept cards",
    "All our product data got wiped by the migration",
    "The login page returns error 500 for every user",
    "Our website is completely offline and we lose sales",
    "Customers are unable to finish their purchase",
    "Every payment is declined since the update",
    "Another customer's invoices show up in our account",
    "The whole company cannot work because the VPN is down",
    "After the colour change nobody can place orders",
    "Die Webseite ist komplett ausgefallen",
    "Niemand kann mehr bestellen",
    "Alle Kundendaten wurden versehentlich gel\u00f6scht",
    "Zahlungen werden bei allen Kunden abgelehnt",
    "Wir können keine Zahlungen mehr annehmen",
    "Plus personne ne peut passer commande",
    "Le serveur ne répond plus depuis ce matin",
    "Toutes nos données ont été effacées",
    "Nos clients ne peuvent plus payer",
    "Ningún empleado puede entrar en el sistema",
    "El servidor está caído para todos",
    "Todos los pedidos fallan desde ayer",
    "Los clientes no pueden completar sus compras",
]
TRIFLES_FRESH = [
    "I want to avoid data loss, which backup plan do you suggest?",
    "The outage last week was handled well, thank you",
    "The font on the login page is broken for all users!!!",
    "Can nobody make the logo on the shop less ugly???",
    "All customers should get the new price list",
    "Nobody told me how I can log in",
    "How can I export all orders that failed last month?",
    "Wo finde ich alle Rechnungen?",
    "Was passiert, wenn der Server ausfällt?",
    "Le prix est en baisse pour tous les clients",
    "La couleur du site est moche pour tout le monde",
    "¿Dónde veo todos los pedidos?",
]


def decided(text, prediction=NO_PREDICTION, **known):
    return decide(Ticket("A", body=text, **known), prediction, POLICY, NOW)


@pytest.mark.parametrize("text", STOPPED)
def test_work_that_stopped_for_everyone_comes_first(text):
    assert decided(text).priority == "P1"
    assert decided(text, EVEN).priority == "P1"


@pytest.mark.parametrize("text", GRAVE + GRAVE_UNSEEN + GRAVE_FRESH)
def test_a_grave_ticket_is_at_least_second(text):
    assert decided(text).priority in ("P1", "P2")


@pytest.mark.parametrize("text", TRIFLES + TRIFLES_UNSEEN + TRIFLES_FRESH)
def test_a_trifle_a_question_and_what_is_over_stay_below(text):
    assert decided(text).priority in ("P3", "P4")
    assert decided(text, EVEN).priority in ("P3", "P4")


@pytest.mark.parametrize("text", LOUD_TRIFLES + TRIFLES_FRESH)
def test_the_loudest_customer_does_not_win_by_being_loud(text):
    assert decided(text, **LOUDEST).priority in ("P3", "P4")


@pytest.mark.parametrize(("text", "share"), [("zzyzx qwfp", 0.9), ("zzyzx qwfp", 1.0), ("", 0.0)])
def test_a_model_that_knows_nothing_of_a_text_is_not_heard(text, share):
    sure = HeadPrediction("urgency", "critical", URGENCY_LEVELS, (0.0, 0.0, 0.0, 1.0))
    topic = HeadPrediction("category", "how_to", ("how_to", "checkout"), (1.0, 0.0))
    decision = decided(text, Prediction((sure, topic), EVEN.model, share))
    assert {line.origin for line in decision.scorecard} == {"unknown"}
    assert decision.action in ("ask", "suggest")
    assert "category" not in decision.facts
