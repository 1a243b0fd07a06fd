"""What Spanish tickets are about."""

from __future__ import annotations

from ticket_triage.intake.sample.phrases.book import Issue, Thing, Topic

_PAYMENTS = Topic(
    things=(
        Thing("el pago con tarjeta"),
        Thing("la transferencia a nuestro banco"),
        Thing("los reembolsos", plural=True),
        Thing("el terminal de pago"),
        Thing("las domiciliaciones", plural=True),
        Thing("la página de pago"),
    ),
    tasks=(
        "reembolsar un pedido",
        "cambiar la cuenta bancaria de las transferencias",
        "aceptar un nuevo tipo de tarjeta",
        "dividir un pago",
        "liberar un pago retenido",
    ),
    issues=(
        Issue(
            3,
            "No pasa ninguna tarjeta",
            ("No pasa ningún pago con tarjeta {since}, siempre sale {error}.",),
            reach="wide",
        ),
        Issue(
            2, "Cliente cobrado dos veces", ("A un cliente se le cobró dos veces el pedido {order}.",), reach="single"
        ),
        Issue(2, "Falta la transferencia", ("La transferencia de {amount} de la semana pasada no ha llegado.",)),
        Issue(1, "Reembolso pendiente", ("El reembolso del pedido {order} sigue pendiente.",), reach="single"),
        Issue(0, "Logotipo antiguo", ("Junto al número de tarjeta todavía aparece el logotipo antiguo.",)),
    ),
    asides=(
        "Los pagos llegan con normalidad.",
        "La última transferencia era correcta.",
        "Aceptamos tarjetas y domiciliaciones.",
        "El reembolso del pedido {order} está resuelto.",
    ),
)

_CHECKOUT = Topic(
    things=(
        Thing("el proceso de compra"),
        Thing("la cesta"),
        Thing("la página de pedido"),
        Thing("el cálculo de los gastos de envío"),
        Thing("los códigos de descuento", plural=True),
        Thing("el formulario de dirección"),
    ),
    tasks=(
        "añadir una forma de envío",
        "fijar un importe mínimo de pedido",
        "usar un código de descuento",
        "cambiar el texto de la página de pedido",
        "modificar un pedido ya hecho",
    ),
    issues=(
        Issue(
            3,
            "No se puede comprar",
            ("Nadie pasa del formulario de dirección {since} y no entra ningún pedido.",),
            reach="wide",
        ),
        Issue(2, "Descuento aplicado dos veces", ("El código de descuento resta el importe dos veces.",)),
        Issue(2, "Faltan los gastos de envío", ("En los paquetes de más de 5 kg no se suman gastos de envío.",)),
        Issue(1, "La cesta olvida artículos", ("La cesta olvida los artículos cuando un cliente vuelve más tarde.",)),
        Issue(0, "Color del botón", ("El botón de compra está gris en lugar de verde.",)),
    ),
    asides=(
        "El proceso de compra funciona.",
        "Los pedidos siguen entrando.",
        "Lo he probado con el pedido {order}.",
        "Los códigos de descuento no están afectados.",
    ),
)

_LOGIN = Topic(
    things=(
        Thing("el acceso"),
        Thing("el cambio de contraseña"),
        Thing("el acceso en dos pasos"),
        Thing("mi cuenta de usuario"),
        Thing("los enlaces de invitación", plural=True),
        Thing("la página de acceso"),
    ),
    tasks=(
        "restablecer una contraseña",
        "invitar a una compañera",
        "activar el acceso en dos pasos",
        "cambiar una dirección de correo",
        "dar a alguien solo permiso de lectura",
    ),
    issues=(
        Issue(3, "Nadie puede entrar", ("El acceso termina en {error} con todas nuestras cuentas.",), reach="wide"),
        Issue(
            3,
            "Acceso desconocido",
            ("Hubo un acceso desde otro país y nuestros datos bancarios han sido cambiados.",),
            reach="single",
        ),
        Issue(
            2,
            "Cuenta bloqueada",
            ("Mi cuenta está bloqueada {since}, justo después de cambiar la contraseña.",),
            reach="single",
        ),
        Issue(
            1,
            "Acceso para una compañera",
            ("Ha llegado una nueva compañera y necesita permiso de lectura.",),
            reach="single",
        ),
        Issue(1, "Correo tardío", ("El correo para cambiar la contraseña tarda media hora en llegar.",)),
        Issue(0, "Foto de perfil", ("Mi foto de perfil se muestra de lado.",), reach="single"),
    ),
    asides=(
        "El acceso funciona, no es eso.",
        "Tengo permisos de administración.",
        "He salido y he vuelto a entrar.",
        "La contraseña se cambió en {month}.",
    ),
)

_BILLING = Topic(
    things=(
        Thing("nuestra factura"),
        Thing("el cálculo del IVA"),
        Thing("la renovación de nuestra suscripción"),
        Thing("la nota de abono"),
        Thing("los avisos de pago", plural=True),
        Thing("el archivo de facturas"),
    ),
    tasks=(
        "descargar una factura en PDF",
        "cambiar la dirección de facturación",
        "añadir un número de IVA",
        "pasar a la facturación anual",
        "enviar la factura a un contable",
    ),
    issues=(
        Issue(
            3,
            "Suscripción cancelada por error",
            ("Nuestra suscripción figura como cancelada aunque hemos pagado, y la tienda se va a cerrar.",),
        ),
        Issue(2, "Dos planes cobrados", ("En {month} nos cobraron dos planes, {amount} en total.",)),
        Issue(1, "Falta la factura", ("La factura emitida en {month} no está en nuestra cuenta.",)),
        Issue(
            1, "Precio antiguo", ("Cambiamos de plan en {month}, pero {invoice} muestra todavía el precio antiguo.",)
        ),
        Issue(0, "Nombre de la empresa", ("Falta un guion en nuestro nombre en la factura {invoice}.",)),
    ),
    asides=(
        "Nuestras facturas están pagadas.",
        "No me refiero a la factura, esa está bien.",
        "Lo notó primero nuestro contable.",
        "Nuestro número de IVA no ha cambiado.",
    ),
)

_INTEGRATION = Topic(
    things=(
        Thing("la API de pedidos"),
        Thing("el envío de webhooks"),
        Thing("la sincronización de existencias"),
        Thing("la exportación contable"),
        Thing("la conexión con nuestro almacén"),
        Thing("nuestras claves de API", plural=True),
    ),
    tasks=(
        "crear una clave de API",
        "conectar un almacén",
        "importar precios desde un archivo",
        "probar un webhook",
        "pasar los pedidos a la contabilidad",
    ),
    issues=(
        Issue(
            3,
            "El almacén no recibe nada",
            ("No llega ningún pedido al almacén {since}, el webhook devuelve {error}.",),
            reach="wide",
        ),
        Issue(3, "Precios sobrescritos", ("La sincronización nocturna ha puesto {count} precios a cero.",)),
        Issue(2, "La API no responde", ("Una de cada tres llamadas a la API de pedidos devuelve {error}.",)),
        Issue(1, "Webhooks duplicados", ("Algunos mensajes de los webhooks llegan dos veces.",)),
        Issue(0, "Errata en la documentación", ("Un campo está mal escrito en la documentación de la API.",)),
    ),
    asides=(
        "Usamos la API solo para las existencias.",
        "En el almacén no se ha cambiado nada.",
        "Nuestro programador dice que el webhook está bien.",
        "Importamos los precios una vez por semana.",
    ),
)

_REPORTING = Topic(
    things=(
        Thing("el informe de ventas"),
        Thing("el panel"),
        Thing("la exportación mensual"),
        Thing("el gráfico de ingresos"),
        Thing("las estadísticas de visitas", plural=True),
        Thing("el informe de existencias"),
    ),
    tasks=(
        "exportar el informe de ventas",
        "comparar dos meses",
        "filtrar el panel por país",
        "programar un informe semanal",
        "excluir los pedidos de prueba de las estadísticas",
    ),
    issues=(
        Issue(3, "Cifras de otra empresa", ("El panel nos muestra {since} las ventas de otra empresa.",)),
        Issue(2, "Totales erróneos", ("Los totales del informe de ventas difieren de nuestros pedidos en {amount}.",)),
        Issue(2, "Exportación interrumpida", ("La exportación mensual se corta a las pocas páginas con {error}.",)),
        Issue(1, "Informe con retraso", ("El informe programado llegó con un día de retraso.",)),
        Issue(0, "Colores del gráfico", ("Los colores del gráfico son difíciles de distinguir.",)),
    ),
    asides=(
        "Lo vi mientras miraba el informe de ventas.",
        "El panel no muestra nada raro.",
        "Las cifras de la exportación mensual son correctas.",
        "Nuestro asesor fiscal ha preguntado por ello.",
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
"""What Spanish tickets are about, by area."""
