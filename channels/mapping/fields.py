"""What an order file can tell us, and the header names it usually has for that."""

from oms.core.sheets.columns import Field


def _address(prefix: str, word: str, *headers: str) -> tuple[Field, ...]:
    """The parts of one address; ``headers`` are what shops put before their names."""

    def named(*endings: str) -> tuple[str, ...]:
        return tuple(header + ending for ending in endings for header in headers)

    return (
        Field(f"{prefix}_name", f"{word} name", named("name", "fullname", "recipient"), prefix),
        Field(f"{prefix}_company", f"{word} company", named("company", "companyname"), prefix),
        Field(f"{prefix}_line1", f"{word} street", named("address1", "addressline1", "street", "address"), prefix),
        Field(f"{prefix}_line2", f"{word} street, second line", named("address2", "addressline2", "street2"), prefix),
        Field(f"{prefix}_city", f"{word} city", named("city", "town"), prefix),
        Field(f"{prefix}_region", f"{word} state or region", named("province", "state", "region", "county"), prefix),
        Field(f"{prefix}_postcode", f"{word} postcode", named("zip", "postcode", "postalcode", "zipcode"), prefix),
        Field(f"{prefix}_country", f"{word} country", named("country", "countrycode"), prefix),
        Field(f"{prefix}_phone", f"{word} phone", named("phone", "telephone"), prefix),
    )


FIELDS: tuple[Field, ...] = (
    Field(
        "order",
        "Order number",
        ("ordernumber", "orderno", "ordernr", "orderid", "order", "invoiceno", "invoicenumber", "invoice", "invoiceid",
         "documentno", "purchaseorder", "ponumber", "externalid", "reference"),
        required=True,
    ),
    Field("placed_at", "Order date", ("orderdate", "placedat", "createdat", "invoicedate", "datecreated", "created",
          "purchasedate", "datetime", "date")),
    Field("currency", "Currency", ("currency", "currencycode", "ordercurrency")),
    Field("customer_id", "Customer number", ("customerid", "customernumber", "customerno", "customer", "clientid",
          "accountnumber")),
    Field("customer_name", "Customer name", ("customername", "buyername", "buyer", "clientname")),
    Field("email", "E-mail", ("email", "emailaddress", "customeremail", "buyeremail", "mail")),
    Field("phone", "Phone", ("phone", "telephone", "customerphone", "mobile")),
    Field("shipping", "Shipping charged", ("shipping", "shippingcost", "shippingtotal", "postage", "shippingprice")),
    Field("discount", "Order discount", ("discountamount", "discount", "discounttotal", "orderdiscount")),
    Field("tax", "Order tax", ("taxes", "tax", "taxtotal", "vat", "totaltax")),
    Field("total", "Order total", ("total", "ordertotal", "grandtotal", "amount", "totalprice")),
    Field("payment_state", "Payment status", ("financialstatus", "paymentstatus", "paymentstate")),
    Field("fulfillment_state", "Fulfillment status", ("fulfillmentstatus", "shippingstatus")),
    Field("cancelled_at", "Cancelled at", ("cancelledat", "canceledat")),
    Field("note", "Customer note", ("note", "notes", "customernote", "buyernote", "comment")),
    Field("tags", "Tags", ("tags", "tag")),
    Field(
        "sku",
        "SKU",
        ("sku", "lineitemsku", "itemsku", "productsku", "stockcode", "itemcode", "productcode", "articlenumber",
         "articleno", "partnumber", "itemnumber", "itemno", "productid", "item", "code"),
        "line",
        required=True,
    ),
    Field("title", "Item name", ("lineitemname", "itemname", "productname", "description", "itemdescription", "title",
          "product", "productdescription"), "line"),
    Field("quantity", "Quantity", ("lineitemquantity", "quantity", "qty", "quantityordered", "units", "pieces",
          "quantitypurchased"), "line", required=True),
    Field("unit_price", "Unit price", ("lineitemprice", "unitprice", "price", "itemprice", "priceeach", "priceperunit",
          "rate"), "line"),
    Field("line_discount", "Line discount", ("lineitemdiscount", "linediscount", "itemdiscount"), "line"),
    Field("line_tax", "Line tax", ("lineitemtax", "linetax", "itemtax"), "line"),
    *_address("ship", "Delivery", "shipping", "shipto", "ship", "delivery", "recipient", ""),
    *_address("bill", "Billing", "billing", "billto", "bill", "invoice"),
)  # fmt: skip
