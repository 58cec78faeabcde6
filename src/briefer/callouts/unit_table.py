"""Units and currency signs by their spellings; names are in the singular, in British spelling."""

from __future__ import annotations

from typing import Literal

UnitKind = Literal["percent", "points", "money", "time", "age", "measure", "count"]

# name: forms that may follow a number; "?" is a plural that may be missing.
UNIT_TABLE: dict[UnitKind, str] = {
    "points": """percentage point:percentage points?|percentage-points?|pct points?|pp|ppts?
        basis point:basis points?|bps?
        point:points?|pts""",
    "percent": "percent:%|per ?cent|percent|pct|pc",
    "money": """dollar:dollars?|US\\$|\\$|USD|bucks
        euro:euros?|€|EUR
        pound sterling:pounds? sterling|pounds?(?! of|-f)|GBP|quid|£
        japanese yen:yen|JPY|¥
        chinese yuan:yuan|renminbi|CNY|RMB
        won:won|KRW
        indian rupee:rupees?|INR
        ruble:roubles?|rubles?
        swiss franc:swiss francs?|CHF
        franc:francs?
        peso:pesos?
        brazilian real:reals|reais
        swedish crown:Swedish kron(?:or|a)
        norwegian crown:Norwegian kron(?:er|e)
        danish crown:Danish kron(?:er|e)
        icelandic crown:Icelandic kr[oó]n(?:ur|a)
        czech crown:Czech (?:crowns?|koruny?|korunas?)
        japanese yen:Japanese yen
        chinese yuan:Chinese yuan
        won:(?:South )?Korean won
        indian rupee:Indian rupees?
        pakistani rupee:Pakistani rupees?
        ruble:Russian rou?bles?
        south african rand:South African rand
        peso:(?:Mexican|Chilean|Argentine|Colombian|Philippine) pesos?
        lira:Turkish liras?
        pound sterling:(?:British )?pounds sterling|British pounds?
        egyptian pound:Egyptian pounds?
        south african rand:rand|ZAR
        lira:liras?
        crown:crowns?|kron(?:er|or|a|e)
        cent:cents?|¢
        penny:pence|p(?!\\.m)|penny
        dirham:dirhams?
        riyal:riyals?
        shekel:shekels?
        leu:lei|leu
        zloty:zlotys?
        forint:forints?
        baht:baht
        malaysian ringgit:ringgits?
        rupiah:rupiah
        dong:dong
        naira:naira
        shilling:shillings?
        dinar:dinars?
        bitcoin:bitcoins?|BTC""",
    "age": """year of age:years? of age|years?[ -]olds?
        month of age:months?[ -]olds?
        week of age:weeks?[ -]olds?
        day of age:days?[ -]olds?""",
    "time": """millisecond:milliseconds?|ms
        second:seconds?|secs?
        minute:minutes?|mins?
        hour:hours?|hrs?
        day:days?
        night:nights?
        weekend:weekends?
        week:weeks?
        fortnight:fortnights?
        month:months?
        quarter:quarters?
        year:years?|yrs?
        decade:decades?
        century:centur(?:y|ies)""",
    "measure": """mile per hour:mph|miles? (?:per|an) hour|mi/h
        kilometre per hour:km/hr?|kph|kmh|kilomet(?:er|re)s? (?:per|an) hour
        metre per second:m/s|met(?:er|re)s? (?:per|a) second
        square kilometre:square kilomet(?:er|re)s?|sq\\.? ?km|km2|km²
        square metre:square met(?:er|re)s?|sq\\.? ?m|sqm|m2|m²
        square mile:square miles?|sq\\.? ?mi
        square foot:square (?:feet|foot)|sq\\.? ?(?:ft|feet|foot)
        square inch:square inch(?:es)?
        cubic metre:cubic met(?:er|re)s?|m3|m³
        cubic foot:cubic (?:feet|foot)
        kilometre:kilomet(?:er|re)s?|kms?
        centimetre:centimet(?:er|re)s?|cm
        millimetre:millimet(?:er|re)s?|mm
        micrometre:micromet(?:er|re)s?|microns?|[μµ]m
        nanometre:nanomet(?:er|re)s?|nm
        metre:met(?:er|re)s?|m
        nautical mile:nautical miles?
        mile:miles?
        yard:yards?|yds?
        foot:feet|foot|ft|['′’](?![a-z'])
        inch:inch(?:es)?|in\\.|″
        light-year:light[ -]years?
        hectare:hectares?|ha
        acre:acres?
        kilotonne:kilotonn?es?
        tonne:tonnes?|metric tons?
        ton:tons?
        kilogram:kilogram(?:me)?s?|kilos?|kgs?
        milligram:milligram(?:me)?s?|mg
        microgram:microgram(?:me)?s?|[μµ]g|mcg
        gram:gram(?:me)?s?|g
        ounce:ounces?|oz
        pound-foot:pound-f(?:ee|oo)t(?: of torque)?|lb-ft|lb ft
        pound-mass:pounds?(?= of)|lbs?|pounds-mass
        newton metre:Nm|newton met(?:er|re)s?
        millilitre:millilit(?:er|re)s?|m[lL]
        litre:lit(?:er|re)s?|[lL]
        gallon:gallons?
        barrel:barrels?|bbl
        bushel:bushels?
        kilowatt-hour:kilowatt[ -]hours?|kWh
        megawatt-hour:megawatt[ -]hours?|MWh
        gigawatt-hour:gigawatt[ -]hours?|GWh
        terawatt-hour:terawatt[ -]hours?|TWh
        milliampere-hour:mAh|milliamp(?:ere)?[ -]hours?
        kilowatt:kilowatts?|kW
        megawatt:megawatts?|MW
        gigawatt:gigawatts?|GW
        terawatt:terawatts?|TW
        watt:watts?|W
        kilovolt per centimetre:kV/cm
        ampere per square centimetre:A/cm2|A/cm²
        volt:volts?|V
        ampere:amperes?|amps?
        horsepower:horsepower|hp|HP|bhp
        celsius:(?:degrees? |deg ?|° ?)(?:Celsius|celsius|C\\b|centigrade)|°C|℃|Celsius
        fahrenheit:(?:degrees? |deg ?|° ?)(?:Fahrenheit|fahrenheit|F\\b)|°F|Fahrenheit
        degree:degrees?|°
        kelvin:kelvins?
        pascal:pascals?
        gigapascal:gigapascals?|GPa
        megapascal:megapascals?|MPa
        gigahertz:gigahertz|G[Hh]z
        megahertz:megahertz|M[Hh]z
        kilohertz:kilohertz|k[Hh]z
        hertz:hertz|Hz
        gigabit per second:Gbps|gigabits? per second
        megabit per second:Mbps|megabits? per second
        terabyte:terabytes?|TB
        gigabyte:gigabytes?|GB
        megabyte:megabytes?|MB
        kilobyte:kilobytes?|KB|kB
        bit:bits?
        byte:bytes?
        pixel:pixels?
        megapixel:megapixels?|MP
        decibel:decibels?|dB
        revolutions per minute:rpm|RPM|revolutions per minute
        barrel per day:bpd|barrels? (?:per|a) day
        part per million:ppm|parts per million
        calorie:calories?
        kilocalorie:kilocalories?|kcal
        joule:joules?
        mile per gallon:mpg|miles (?:per|to the) gallon
        roentgen:R(?= per)
        time:times(?!\\s(?:as|more|less|higher|larger|greater|bigger|the|that|those|its|their|what|faster|fewer|worse|lower|stronger)\\b)
        knot:knots?
        carat:carats?""",
}


# Signs and codes that stand before or after a number, in lower case and without spaces.
CURRENCY_SIGNS: dict[str, str] = {
    "$": "dollar", "us$": "dollar", "usd$": "dollar", "can$": "canadian dollar", "cdn$": "canadian dollar", "stg£": "pound sterling", "ir£": "irish pound",
    "j$": "jamaican dollar", "$us": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound sterling",
    "gbp": "pound sterling", "ps": "pound sterling", "¥": "japanese yen", "jpy": "japanese yen", "y=": "japanese yen", "₩": "won", "krw": "won",
    "₹": "indian rupee", "inr": "indian rupee", "rs": "indian rupee", "rs.": "indian rupee", "a$": "australian dollar",
    "$a": "australian dollar", "au$": "australian dollar", "$au": "australian dollar", "$aus": "australian dollar", "aud": "australian dollar",
    "c$": "canadian dollar", "$c": "canadian dollar", "ca$": "canadian dollar", "cad": "canadian dollar", "nz$": "new zealand dollar",
    "$nz": "new zealand dollar", "nzd": "new zealand dollar", "hk$": "hong kong dollar", "$hk": "hong kong dollar", "hkd": "hong kong dollar",
    "s$": "singapore dollar", "$s": "singapore dollar", "sgd": "singapore dollar", "nt$": "taiwan dollar", "r$": "brazilian real",
    "brl": "brazilian real", "rm": "malaysian ringgit", "myr": "malaysian ringgit", "chf": "swiss franc", "cny": "chinese yuan",
    "rmb": "chinese yuan", "zar": "south african rand", "₽": "ruble", "₺": "lira", "₪": "shekel", "₦": "naira", "฿": "baht", "thb": "baht",
    "₫": "dong", "₱": "peso", "php": "peso", "mxn": "peso", "pln": "zloty", "huf": "forint", "idr": "rupiah", "sek": "crown",
    "nok": "crown", "isk": "icelandic crown", "twd": "taiwan dollar", "try": "lira", "ars": "peso", "clp": "peso", "cop": "peso",
    "ils": "shekel", "sar": "riyal", "aed": "dirham", "pkr": "pakistani rupee", "vnd": "dong", "ngn": "naira", "kes": "shilling",
    "egp": "egyptian pound", "uah": "hryvnia", "ron": "leu", "dkk": "crown", "czk": "crown", "z$": "zimbabwe dollar",
}  # fmt: skip
