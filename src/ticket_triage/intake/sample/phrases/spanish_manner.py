"""How people write in Spanish."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Core, Manner

CORE = Core(
    states=(
        (
            "El icono para {about} queda feo.",
            "Hay una falta de ortografía en la ayuda sobre {about}.",
            "El texto de ayuda sobre {about} está anticuado.",
        ),
        (
            "{thing} [tarda|tardan] más que de costumbre.",
            "De vez en cuando hacen falta dos intentos con {about}.",
            "{thing} [funciona|funcionan], pero con una advertencia.",
        ),
        (
            "{thing} solo [funciona|funcionan] una de cada dos veces.",
            "{thing} [se corta|se cortan] a medio camino con {error}.",
            "{thing} [da|dan] resultados erróneos en algunos casos.",
        ),
        (
            "{thing} no [funciona|funcionan] en absoluto {since}.",
            "{thing} [lleva|llevan] sin funcionar {since}.",
            "{thing} [falla|fallan] siempre con {error}.",
        ),
    ),
    obstacles=(
        ("Cuando quiero {task}, el texto junto al botón sale cortado.",),
        ("Hacen falta varios intentos para {task}.", "Tengo que dar un rodeo para {task}."),
        ("No puedo {task}, sale {error}.", "Cuando quiero {task}, no pasa nada."),
        ("Es imposible {task} {since}, y todo el proceso está parado.",),
    ),
    questions=(
        "¿Cómo puedo {task}?",
        "¿Me podrían decir cómo {task}?",
        "Quisiera {task}, pero no encuentro la página correcta.",
        "¿Dónde tengo que pulsar para {task}?",
    ),
    stuck=("Tenemos que {task} y no paso del segundo paso.",),
    suggestions=(
        "Estaría bien poder {task}.",
        "Nos gustaría {task} con un solo clic.",
        "¿Está previsto que se pueda {task}?",
        "Otros sistemas permiten {task}, y aquí lo echamos en falta.",
    ),
    state_subjects=(
        ("Un detalle: {thing}", "{thing}: aspecto"),
        ("Lentitud: {thing}", "Consulta: {thing}"),
        ("Problema: {thing}", "Error: {thing}"),
        ("{thing} no [funciona|funcionan]", "Avería: {thing}"),
    ),
    task_subjects=("Problema al {task}", "No puedo {task}"),
    question_subjects=("Cómo {task}", "Consulta: {task}"),
    suggestion_subjects=("Idea: {task}", "Deseo: {task}", "Sugerencia"),
    plain_subjects=(
        "Consulta",
        "Petición de ayuda",
        "Problema: {thing}",
        "Pregunta",
        "Pedido {order}",
        "Nuestra tienda",
    ),
    outages={
        "checkout": ("El proceso de compra está caído, a todos los clientes les sale {error} en el último paso.",),
        "login_access": ("Nadie puede entrar, la página de acceso solo muestra {error}.",),
    },
    outage_subjects={
        "checkout": ("Compra caída", "Los clientes no pueden pagar"),
        "login_access": ("Acceso caído",),
    },
)

MANNER = Manner(
    greetings={
        "polite": ("Estimado equipo:", "Estimados señores:", "Muy buenas tardes:"),
        "plain": ("Hola:", "Buenos días:", "Hola a todos:"),
    },
    openers=(
        "Espero que estén bien.",
        "Perdonen la molestia.",
        "Gracias por su ayuda la última vez.",
        "Tenemos una tienda de {goods}.",
    ),
    scopes={
        "one": ("Que yo sepa, solo me pasa a mí.", "A mis compañeros no les pasa.", "Es un caso aislado."),
        "few": ("Nos pasa a {n} de nosotros.", "A una compañera le pasa lo mismo.", "Por ahora afecta a {n} clientes."),
        "team": (
            "Todo nuestro equipo de {n} personas está afectado.",
            "En nuestro departamento nadie puede seguir, somos {n} personas.",
            "En la oficina nos pasa a los {n}.",
        ),
        "many": (
            "Unos {n} clientes nos han escrito.",
            "Ya contamos {n} casos.",
            "La mitad de nuestras tiendas está afectada.",
        ),
        "all": (
            "Les pasa igual a todos los clientes.",
            "Todo el mundo está afectado, en todas nuestras tiendas.",
            "No pasa ninguno de nuestros {n} usuarios.",
        ),
        "unknown": ("No sé si hay otros afectados.",),
    },
    deadlines={
        "relaxed": ("No hay prisa.", "Hoy no lo necesito.", "Puede esperar.", "No es urgente, cuando les venga bien."),
        "none": (),
        "week": (
            "Lo necesitaríamos para finales de la semana que viene.",
            "Nuestra próxima campaña es dentro de dos semanas.",
        ),
        "tomorrow": ("Nuestras rebajas empiezan mañana.", "Lo necesitamos para mañana a mediodía."),
        "today": ("Tenemos que cerrar el mes hoy.", "El plazo de Hacienda termina hoy."),
        "now": ("Perdemos pedidos cada minuto.", "En este momento no podemos vender nada."),
    },
    ways_round={
        "has": ("De momento lo hacemos a mano.", "En otro navegador funciona."),
        "none": ("No hemos encontrado otra manera.", "A mano no se puede hacer."),
    },
    effects={
        "low": ("Es solo un detalle.", "Podemos vivir con ello."),
        "medium": ("Nos cuesta algo de tiempo cada día.", "Nos dificulta el trabajo, pero sigue adelante."),
        "high": ("Nuestro trabajo se retrasa por ello.", "Nos cuesta dinero."),
        "critical": ("Nuestro negocio está parado.", "Nos causa graves daños."),
    },
    attempts=(
        "He vaciado la caché y he probado otro navegador.",
        "Reiniciar no ha cambiado nada.",
        "Hemos seguido la ayuda paso a paso.",
        "Ocurre en {browser}.",
    ),
    histories=(
        "Es la tercera vez desde {month}.",
        "Les escribí sobre esto en {month}.",
        "Todavía no tengo respuesta a mi último mensaje.",
    ),
    chatter=(
        "Adjunto una captura de pantalla.",
        "El pedido {order} es un ejemplo.",
        "Vendemos {goods}.",
        "He apuntado los pasos, solo tienen que pedirlos.",
        "Por cierto, aquí a todos les gusta el nuevo diseño.",
        "Estamos con ustedes desde {year}.",
        "Estoy en la oficina hasta las cinco.",
        "Nada más está caído.",
    ),
    tones={
        "negative": (
            "Es realmente decepcionante.",
            "Empiezo a estar molesto.",
            "Sinceramente, no pagamos para esto.",
            "Estamos perdiendo la paciencia.",
            "Antes estaba contento con ustedes, pero esto es flojo.",
            "Genial, otra mañana perdida.",
        ),
        "positive": (
            "Por lo demás estamos muy contentos con la tienda.",
            "Su equipo siempre es genial.",
            "Gracias por el buen trabajo.",
            "La nueva versión me gusta mucho.",
            "Al principio estaba molesto, pero su equipo fue estupendo.",
        ),
        "neutral": (
            "Solo quería avisar.",
            "Es solo para su información.",
            "Nadie está molesto, solo necesitamos saberlo.",
        ),
    },
    shouts=(
        "¡¡¡Lo necesito YA!!!",
        "¡¡¡ESTO ES URGENTE!!!",
        "¡¡¡Máxima prioridad, por favor!!!",
        "¿¡Cuánto tengo que esperar!?",
    ),
    shout_marks=("¡¡¡URGENTE!!!", "MUY URGENTE:", "¡¡¡IMPORTANTE!!!", "CRÍTICO:"),
    asks={
        "polite": (
            "¿Podría alguien echarle un vistazo cuando pueda?",
            "Les agradecería una breve respuesta.",
            "¿Serían tan amables de comprobarlo?",
        ),
        "plain": ("Por favor, revísenlo.", "¿Qué podemos hacer?", "Espero respuesta."),
    },
    mends=("¿Lo pueden arreglar?", "¿Para cuándo estará resuelto?"),
    closings={
        "polite": ("Un cordial saludo,", "Muchas gracias de antemano y un saludo,"),
        "plain": ("Gracias,", "Saludos,", "Un saludo,"),
    },
    slots={
        "since": (
            "desde esta mañana",
            "desde ayer por la tarde",
            "desde la última actualización",
            "desde el lunes",
        ),
        "error": ("el error 502", "el error 403", "el error 500", "el código E-1043", "el código E-2210"),
        "month": ("enero", "marzo", "abril", "mayo", "agosto", "octubre", "noviembre"),
        "goods": ("té", "lámparas", "piezas de bicicleta", "jardinería", "juguetes", "cerámica", "libros"),
        "city": ("Gijón", "Murcia", "Vigo", "Rosario"),
    },
)
