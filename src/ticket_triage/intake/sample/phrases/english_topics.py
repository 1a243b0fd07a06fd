"""What English tickets are about."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Issue, Thing, Topic

_PAYMENTS = Topic(
    things=(
        Thing("card payments", plural=True),
        Thing("the payout to our bank"),
        Thing("refunds", plural=True),
        Thing("the payment terminal"),
        Thing("direct debits", plural=True),
        Thing("the wallet payment"),
        Thing("instalment payments", plural=True),
        Thing("the payment page"),
    ),
    tasks=(
        "refund an order",
        "change the bank account for payouts",
        "accept a new kind of card",
        "see why a card was declined",
        "split a payment",
        "set up direct debit",
        "release a payment that is on hold",
    ),
    issues=(
        Issue(
            3,
            "No card goes through",
            ("No card payment has gone through {since}, every attempt ends in {error}.",),
            reach="wide",
        ),
        Issue(
            3,
            "Payments stuck on pending",
            ("{since}, all payments stay on pending and not one of them is confirmed.",),
            reach="wide",
        ),
        Issue(
            2,
            "Customer charged twice",
            (
                "A customer was charged twice for order {order}.",
                "Order {order} was debited two times, {amount} each.",
            ),
            reach="single",
        ),
        Issue(2, "Payout missing", ("The payout of {amount} that was due last week has not arrived.",)),
        Issue(
            2,
            "Wrong amount debited",
            ("For order {order} the card was debited with {amount}, which is too much.",),
            reach="single",
        ),
        Issue(1, "Refund still pending", ("The refund for order {order} still shows as pending.",), reach="single"),
        Issue(
            1, "Declined card", ("One card is declined although the bank says everything is in order.",), reach="single"
        ),
        Issue(1, "Fee not clear", ("I do not understand the fee of {amount} on our last payout.",), reach="single"),
        Issue(0, "Wording on the receipt", ("The payment receipt says 'card' where it should say 'bank transfer'.",)),
        Issue(0, "Old card logo", ("Next to the card number you still show the old logo.",)),
    ),
    asides=(
        "Payments as such come in normally.",
        "We take cards and direct debit.",
        "The wording on the last payout is clear, I understand it.",
        "The refund for order {order} is settled, thank you.",
        "We also use the payment terminal in our shop.",
        "No customer was charged twice, as far as I can see.",
        "We have the receipt of the last bank transfer, its fee was right.",
        "Card payments and instalment payments are both switched on.",
    ),
)

_CHECKOUT = Topic(
    things=(
        Thing("the checkout"),
        Thing("the shopping basket"),
        Thing("the order page"),
        Thing("the shipping calculator"),
        Thing("voucher codes", plural=True),
        Thing("the delivery options", plural=True),
        Thing("the order confirmation"),
        Thing("the address form"),
    ),
    tasks=(
        "add a delivery option",
        "set a minimum order value",
        "use a voucher code",
        "change the text on the order page",
        "offer pick-up in the shop",
        "edit an order after it was placed",
        "hide an article that is sold out",
    ),
    issues=(
        Issue(
            3,
            "Customers cannot order",
            (
                "Customers can fill the basket, but the last step of the checkout ends in {error}.",
                "{since}, nobody gets past the address form and no order comes in.",
            ),
            reach="wide",
        ),
        Issue(
            3,
            "No orders",
            ("We have not had a single order {since}; the order page answers with {error}.",),
            reach="wide",
        ),
        Issue(
            2,
            "Voucher applied twice",
            ("The voucher code takes the discount off twice, so we sell below cost.",),
        ),
        Issue(2, "Shipping cost is zero", ("For parcels over 5 kg the checkout adds no shipping cost at all.",)),
        Issue(2, "Orders without address", ("Some orders, {order} for example, come in without a delivery address.",)),
        Issue(1, "Basket forgets items", ("The basket forgets its items when a customer comes back later.",)),
        Issue(1, "Late confirmations", ("Order confirmations reach our customers an hour late.",)),
        Issue(1, "Postcode refused", ("The address form refuses a valid postcode now and then.",)),
        Issue(0, "Button colour", ("The order button is grey instead of green {since}.",)),
        Issue(0, "Gap above the basket", ("There is a wide gap above the basket on the phone.",)),
    ),
    asides=(
        "The checkout itself runs fine.",
        "We changed the layout of the basket in {month}, in case that matters.",
        "Orders keep coming in.",
        "I tried it with a test order, number {order}.",
        "Our voucher codes are not concerned.",
        "The order confirmation was sent.",
        "Delivery options and the address form are set up as you suggested.",
        "We ship parcels of up to 20 kg.",
    ),
)

_LOGIN = Topic(
    things=(
        Thing("the login"),
        Thing("single sign-on"),
        Thing("the password reset"),
        Thing("two-factor sign-in"),
        Thing("my user account"),
        Thing("the invitation links", plural=True),
        Thing("our admin rights", plural=True),
        Thing("the sign-in page"),
    ),
    tasks=(
        "reset a password",
        "invite a colleague",
        "turn on two-factor sign-in",
        "change an e-mail address",
        "give somebody read rights only",
        "connect single sign-on",
        "remove a former employee",
    ),
    issues=(
        Issue(3, "Nobody can sign in", ("Signing in ends in {error} with every account we have tried.",), reach="wide"),
        Issue(
            3,
            "Strange sign-in",
            (
                "I had a sign-in alert from a country where none of us is, and our bank details have been changed.",
                "Somebody else seems to be in our account: there are orders and users we do not know.",
            ),
            reach="single",
        ),
        Issue(
            2,
            "Locked out",
            ("My account is locked {since}, right after I changed the password.", "I am locked out, it says {error}."),
            reach="single",
        ),
        Issue(2, "Sign-on loop", ("Single sign-on sends us round in circles and ends on the first page again.",)),
        Issue(
            2, "Code does not arrive", ("The code for two-factor sign-in does not arrive on my phone.",), reach="single"
        ),
        Issue(1, "Slow reset mail", ("The mail for the password reset takes half an hour to arrive.",)),
        Issue(
            1,
            "Access for a new colleague",
            ("A new colleague has started and needs an account with read rights.",),
            reach="single",
        ),
        Issue(
            1, "Signed out too often", ("I am signed out several times a day and have to start again.",), reach="single"
        ),
        Issue(0, "Profile picture", ("My profile picture is shown sideways.",), reach="single"),
        Issue(0, "Old name", ("The sign-in page still greets me with my old name.",), reach="single"),
    ),
    asides=(
        "Signing in works, so it is not that.",
        "I have admin access.",
        "I signed out and in again, and it greets me without an alert.",
        "My login is the mail address I write from.",
        "A colleague with another account sees the same page.",
        "We use single sign-on and two-factor codes, if you need to know.",
        "The password was changed in {month}.",
        "You can invite yourself with read rights if that helps.",
    ),
)

_BILLING = Topic(
    things=(
        Thing("our invoice"),
        Thing("the invoice PDF"),
        Thing("the VAT calculation"),
        Thing("our subscription renewal"),
        Thing("the credit note"),
        Thing("the billing address"),
        Thing("payment reminders", plural=True),
        Thing("the invoice archive"),
    ),
    tasks=(
        "download an invoice as PDF",
        "change the billing address",
        "add a VAT number",
        "switch to yearly billing",
        "get a credit note",
        "send the invoice to a bookkeeper",
        "move to a smaller plan",
    ),
    issues=(
        Issue(
            3,
            "Subscription cancelled by mistake",
            ("Our subscription shows as cancelled although we paid, and the shop says it will be closed.",),
        ),
        Issue(3, "Account blocked", ("Our account was blocked over an invoice that we paid in {month}.",)),
        Issue(2, "Charged for two plans", ("In {month} we were charged for two plans, {amount} in all.",)),
        Issue(2, "Invoices without VAT", ("The invoices to our own customers leave out the VAT {since}.",)),
        Issue(1, "Wrong VAT number", ("Invoice {invoice} carries our old VAT number.",)),
        Issue(1, "Invoice missing", ("The invoice for {month} is not in our account.",)),
        Issue(1, "Old price", ("We changed the plan in {month}, but invoice {invoice} still shows the old price.",)),
        Issue(1, "Reminder for a paid invoice", ("We got a reminder for {invoice}, which has been paid.",)),
        Issue(0, "Company name", ("Our company name lacks a hyphen on invoice {invoice}.",)),
        Issue(0, "Logo on the invoice", ("The logo on the invoice PDF is a little blurred.",)),
    ),
    asides=(
        "Our invoices are paid.",
        "I do not mean the invoice, that one is fine.",
        "We are on yearly billing.",
        "Our bookkeeper noticed it first.",
        "Our VAT number has not changed.",
        "The subscription runs until {month}.",
        "Please put it on the next invoice if it costs anything.",
        "Invoice {invoice} has the details of our plan.",
    ),
)

_INTEGRATION = Topic(
    things=(
        Thing("the order API"),
        Thing("the webhook delivery"),
        Thing("the stock sync"),
        Thing("the accounting export"),
        Thing("the connection to our warehouse"),
        Thing("our API keys", plural=True),
        Thing("the price import"),
        Thing("the test environment"),
    ),
    tasks=(
        "create an API key",
        "connect a warehouse",
        "import prices from a file",
        "send orders to the accounting",
        "test a webhook",
        "limit an API key to one shop",
        "read the stock through the API",
    ),
    issues=(
        Issue(
            3,
            "Warehouse gets no orders",
            ("No order has reached our warehouse {since}; the webhook answers with {error}.",),
            reach="wide",
        ),
        Issue(3, "Prices overwritten", ("The nightly sync has overwritten {count} prices with zero.",)),
        Issue(2, "API times out", ("About one call in three to the order API runs into {error}.",)),
        Issue(2, "API key refused", ("Our API key is refused with {error} {since}.",)),
        Issue(2, "Stock differs", ("The stock sync leaves out articles, {count} of them are wrong by now.",)),
        Issue(1, "Webhooks twice", ("Some webhook messages arrive twice.",)),
        Issue(1, "Lower rate limit", ("The rate limit of the API seems lower than the documentation says.",)),
        Issue(1, "Odd field in the import", ("The price import leaves out the column for the sale price.",)),
        Issue(0, "Typo in the API pages", ("The API documentation names a field 'adress'.",)),
        Issue(0, "Old example", ("The webhook example in the documentation is still the one for the last version.",)),
    ),
    asides=(
        "We use the API for the stock only.",
        "Our developer says the webhook is fine.",
        "Nothing differs on the warehouse side, and its messages come in.",
        "The nightly sync ran as usual.",
        "Our accounting reads the same data through the API.",
        "There is no integration involved.",
        "We import prices once a week.",
        "The API key is from {month}.",
    ),
)

_REPORTING = Topic(
    things=(
        Thing("the sales report"),
        Thing("the dashboard"),
        Thing("the monthly export"),
        Thing("the revenue chart"),
        Thing("the visitor statistics", plural=True),
        Thing("the stock report"),
        Thing("scheduled reports", plural=True),
        Thing("the tax export"),
    ),
    tasks=(
        "export the sales report",
        "compare two months",
        "filter the dashboard by country",
        "schedule a weekly report",
        "see the stock per warehouse",
        "share a chart with a tax adviser",
        "leave test orders out of the statistics",
    ),
    issues=(
        Issue(3, "We see another shop's figures", ("The dashboard shows us the sales of another company {since}.",)),
        Issue(2, "Empty tax export", ("The tax export for {month} is empty, and our tax adviser is waiting for it.",)),
        Issue(2, "Wrong totals", ("The totals in the sales report differ from our orders by {amount}.",)),
        Issue(2, "Report breaks off", ("The monthly export breaks off with {error} after a few pages.",)),
        Issue(1, "Late report", ("The scheduled report came a day late.",)),
        Issue(1, "Slow dashboard", ("The dashboard takes about {seconds} seconds to open {since}.",)),
        Issue(1, "Returns counted as sales", ("Returns in {month} are counted as sales in one of the charts.",)),
        Issue(0, "Chart colours", ("The colours in the revenue chart are hard to tell apart.",)),
        Issue(0, "Column order", ("The columns of the stock report are in another order than before.",)),
    ),
    asides=(
        "I noticed it while I was looking at the sales report.",
        "The dashboard is not empty, and we are not waiting for a report.",
        "The figures in the monthly export are right.",
        "Our tax adviser asked about it.",
        "It is not in any of the statistics.",
        "Visitor numbers were normal in {month}.",
        "I can send you the chart if you like.",
        "We schedule our reports for Monday.",
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
"""What English tickets are about, by area."""
