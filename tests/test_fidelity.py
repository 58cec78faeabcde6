"""Written bullets that use a source's own words to say something else, and honest ones."""

from __future__ import annotations

import pytest

from briefer.fidelity import keeps_order
from briefer.models.contract import Written
from briefer.models.lead import LeadModel
from briefer.summarizing import Models, summarize
from briefer.types import Article

from .scripted import Scripted
from .test_writing import read, settings

TEXT = """Port of Harn reports lower traffic

HARN, 4 March 2026 - The port of Harn handled 3.2 million tonnes of cargo in 2025, down from 3.6 million in 2024, the port company said on Tuesday.

Exports of timber rose 4 percent to 740,000 tonnes, while imports of coal fell by more than a third.

Chief executive Lena Moberg denied that the port would be sold to the Cellvik group.

The government plans to spend 120 million crowns on a new breakwater if parliament approves the budget in June.

Prosecutors suspect two former managers of taking bribes from a dredging firm; neither has been charged.

Analysts expect traffic to recover slightly in 2027, though Norrvik Bank warned that tariffs could delay it.

At least 14 dockers were injured when a crane collapsed on 3 February, and one of them died.
"""

#: Each has only words, numbers and names of the article.
LIES = [
    "The port of Harn handled 3.6 million tonnes of cargo in 2025, down from 3.2 million in 2024, the port company said.",
    "The port of Harn handled 3.2 million tonnes of cargo in 2024, down from 3.6 million in 2025, the port company said.",
    "The port of Harn handled 3.2 million tonnes of timber in 2025, the port company said.",
    "The port of Harn handled 3.2 billion tonnes of cargo in 2025, the port company said.",
    "The port of Harn handled 3.2 million crowns of cargo in 2025, the port company said.",
    "Exports of timber fell 4 percent to 740,000 tonnes.",
    "Exports of coal rose 4 percent to 740,000 tonnes.",
    "Imports of timber rose 4 percent to 740,000 tonnes.",
    "Imports of coal fell by a third.",
    "Imports of coal fell by more than a quarter.",
    "Exports of timber rose 4 percent, while imports of coal rose by more than a third.",
    "Exports of timber rose by more than a third, while imports of coal fell 4 percent.",
    "Chief executive Lena Moberg said that the port would be sold to the Cellvik group.",
    "Chief executive Lena Moberg confirmed that the port would be sold to the Cellvik group.",
    "The port would be sold to the Cellvik group.",
    "The Cellvik group denied that the port would be sold.",
    "Chief executive Lena Cellvik denied that the port would be sold.",
    "The government will spend 120 million crowns on a new breakwater.",
    "The government spent 120 million crowns on a new breakwater.",
    "The government plans to spend 120 million crowns on a new breakwater in June.",
    "The government plans to spend 120 million crowns on a new breakwater.",
    "Parliament approves the budget in June.",
    "Two former managers took bribes from a dredging firm.",
    "Prosecutors charged two former managers of taking bribes from a dredging firm.",
    "Prosecutors suspect two former managers of taking bribes from a dredging firm; both have been charged.",
    "A dredging firm took bribes from two former managers.",
    "Prosecutors suspect a dredging firm of taking bribes from two former managers.",
    "Traffic will recover slightly in 2027.",
    "Analysts expect traffic to recover in 2027.",
    "Analysts expect traffic to recover slightly in 2027, though Norrvik Bank warned that tariffs will delay it.",
    "Norrvik Bank expects traffic to recover slightly in 2027.",
    "Fourteen dockers were injured when a crane collapsed on 3 February, and one of them died.",
    "14 dockers were injured when a crane collapsed on 3 February.",
    "At least 14 dockers died when a crane collapsed on 3 February.",
    "At least 14 dockers were injured when a crane collapsed on 3 March, and one of them died.",
    "At least 14 dockers were injured when a crane collapsed on 3 February, and none of them died.",
    "At least 14 cranes collapsed on 3 February, and one docker died.",
    "At most 14 dockers were injured when a crane collapsed on 3 February.",
    "Nearly 14 dockers were injured when a crane collapsed on 3 February, and one of them died.",
    "The port company handled 3.2 million tonnes of cargo on Tuesday.",
    "The port of Harn handled up to 3.2 million tonnes of cargo in 2025, the port company said.",
    "Lena Moberg plans to spend 120 million crowns on a new breakwater if parliament approves the budget in June.",
    "Parliament plans to spend 120 million crowns on a new breakwater if the government approves the budget in June.",
    "The government plans to spend 120 million crowns on a new breakwater unless parliament approves the budget in June.",
]
HONEST = [
    "The port of Harn handled 3.2 million tonnes of cargo in 2025, down from 3.6 million in 2024, the port company said.",
    "The port of Harn handled 3.2 million tonnes of cargo in 2025, the port company said.",
    "The port company said the port of Harn handled 3.2 million tonnes of cargo in 2025.",
    "According to the port company, the port of Harn handled 3.2 million tonnes of cargo in 2025.",
    "Timber exports rose 4 percent to 740,000 tonnes.",
    "Imports of coal fell by more than a third.",
    "Lena Moberg denied that the port would be sold.",
    "The government plans to spend 120 million crowns on a new breakwater if parliament approves the budget.",
    "Prosecutors suspect two former managers of taking bribes.",
    "At least 14 dockers were injured when a crane collapsed on 3 February.",
]


@pytest.fixture(scope="module")
def article() -> Article:
    return read(TEXT, "port.txt")


def is_kept(bullet: str, article: Article) -> bool:
    models = Models(LeadModel(), writer=Scripted(lambda _: [Written(bullet, ())]))
    return any(b.status == "generated" for b in summarize(article, models, settings()).bullets)


@pytest.mark.parametrize("bullet", LIES)
def test_the_words_of_a_source_in_another_order_are_refused(bullet: str, article: Article) -> None:
    assert not is_kept(bullet, article)


@pytest.mark.parametrize("bullet", HONEST)
def test_what_keeps_to_its_sentence_is_kept(bullet: str, article: Article) -> None:
    assert is_kept(bullet, article)


@pytest.mark.parametrize("sentence", [s for s in TEXT.split("\n") if s.endswith(".")])
def test_a_copy_is_kept(sentence: str) -> None:
    assert keeps_order(sentence.removeprefix("HARN, 4 March 2026 - "), [sentence])


def test_whoever_says_it_says_it_in_that_sentence() -> None:
    sentences = ["Governor Jon Brun has said that the drought goes on.", "Farmer Rudi Moss says he has old rights."]  # fmt: skip
    assert not keeps_order("Jon Brun says he has old rights.", sentences)
    assert keeps_order("Rudi Moss says he has old rights.", sentences)


@pytest.mark.parametrize(
    ("bullet", "sentence", "keeps"),
    [
        ("Ships came in.", "It is not true that ships came in.", False),
        ("Ships came in.", "In May, not for the first time, ships came in.", True),
        ("The firm paid 3 million.", "While not in debt, the firm paid 3 million.", True),
        ("Prices rose 4 percent.", "Prices rose 4 percent or more.", False),
        ("Prices rose 4 percent.", "Prices rose about 4 percent.", False),
        ("Prices rose about 4 percent.", "Prices rose 4 percent.", False),
        ("Prices rose 4 percent.", "If the tax goes, prices rose 4 percent.", False),
        ("Prices rose 4 percent.", "Prices rose 4 percent, unless the office erred.", False),
        ("Ada hired Ben.", "Ben hired Ada.", False),
        ("Ada hired Ben and Cid.", "Ada hired Ben, Cid and Dora.", False),
        ("Ada hired Ben, Cid and Dora.", "In May Ada hired Ben, Cid and Dora.", True),
        ("Prices fell in Norrvik.", "Prices fell in Harn and rose in Norrvik.", False),
        ("Prices fell in Norrvik.", "Prices fell in Harn, rose in Norrvik.", False),
        ("Talks ended in May.", "Talks with the union ended in May.", False),
        ("The union held talks in May.", "The union held talks with the owners in May.", True),
        (
            "Health minister Tom Berg resigned.",
            "Health minister Dan Vik, labour minister Tom Berg resigned.",
            False,
        ),
        (
            "Play was delayed after 11 goals.",
            "Play was delayed after heavy showers, with 11 goals.",
            False,
        ),
        ("It is the big brand of tea.", "It is the fastest-growing big brand of tea.", False),
        ("Payments to Harn have been late.", "Payments to Harn providers have been late.", False),
        (
            "The mayor spent 3 million on water.",
            "The mayor spent 3 million on water treatment.",
            False,
        ),
        ("President Mo resigned.", "Vice President Mo resigned.", False),
        ("President Mo resigned.", "The former President Mo resigned.", False),
        ("Lena Moberg resigned.", "Chief executive Lena Moberg resigned.", True),
        ("Imports fell 4 percent.", "Coal imports fell 4 percent.", False),
        (
            "He was charged with possessing both a knife.",
            "He was charged with possessing both a knife and a drug.",
            False,
        ),
        ("", "Ada hired Ben.", False),
        ("Exports to Harn of fish rose.", "Exports of fish to Harn rose.", False),
    ],
)
def test_sentence_by_sentence(bullet: str, sentence: str, keeps: bool) -> None:
    assert keeps_order(bullet, [sentence]) is keeps


#: A sentence, and what its words can be made to say.
TURNED = [
    (
        "The town paid a subsidy of $40 million for 15 schools.",
        "The town paid a subsidy of $40 for 15 schools.",
    ),
    (
        "The plant cost 2 billion crowns to build in Harn.",
        "The plant cost 2 crowns to build in Harn.",
    ),
    ("Profit was -2.5 percent of sales.", "Profit was 2.5 percent of sales."),
    ("The wall is 300 metres long.", "The wall is 300 feet long."),
    ("It pumps 500 litres a second into the lake.", "It pumps 500 litres an hour into the lake."),
    ("Rates rose 4 percent in May.", "Rates rose 4 percentage points in May."),
    ("Norquay may close its plant in Harn in May.", "Norquay will close its plant in Harn in May."),
    (
        "Sealink carried about 1.9 million passengers.",
        "Norrvik carried about 1.9 million passengers.",
    ),
    ("Sealink sails between Harn and Velland.", "Sealink sails between Harn and Vellmark."),
    (
        "The airline hid 30 faults in 2024, the lawsuit alleges.",
        "The airline hid 30 faults in 2024.",
    ),
    ("The airline hid 30 faults in 2024, the panel found.", "The airline hid 30 faults in 2024."),
    (
        "The airline hid 30 faults in 2024, Harn Daily reports.",
        "The airline hid 30 faults in 2024.",
    ),
    ("The airline hid 30 faults in 2024, Mr. Holm tweeted.", "The airline hid 30 faults in 2024."),
    (
        "Prosecutors accused the mayor of Harn of taking 40,000 crowns.",
        "The mayor of Harn took 40,000 crowns.",
    ),
    (
        "Nordbank estimates that the merger costs 400 jobs in Harn.",
        "The merger costs 400 jobs in Harn.",
    ),
    ("Officials fear that the dam above Harn is unsafe.", "The dam above Harn is unsafe."),
    ("He is charged with stealing 20 paintings.", "He is stealing 20 paintings."),
    (
        "Police said the flood claims 40 lives a year in Harn and that the dam is unsafe.",
        "The flood claims 40 lives a year in Harn and the dam is unsafe.",
    ),
    (
        "The board has not approved the sale, and it did not name a buyer.",
        "The board has approved the sale, and it did not name a buyer.",
    ),
    (
        "The yard could lose 300 jobs and might close.",
        "The yard could lose 300 jobs and will close.",
    ),
    ("It is unclear whether the pilot saw the tower.", "The pilot saw the tower."),
    (
        "The council dismissed as false a report that the water is poisoned.",
        "The water is poisoned.",
    ),
    ("A false rumour had it that the dam broke.", "The dam broke."),
    ("Unless the council pays, the school closes.", "If the council pays, the school closes."),
    ("Unless the council pays, the school closes.", "The school closes."),
    ("Hardly any members have signed.", "Members have signed."),
    ("There is little evidence of fraud.", "There is evidence of fraud."),
    ("Nearly all members signed.", "All members signed."),
    ("The results suggest that rates fall.", "The results prove that rates fall."),
    ("It works in about half of adults.", "It works in half of adults."),
    ("The court declined to approve the sale.", "The court approved the sale."),
    ("They sail on 16 March.", "They sail on seventeen March."),
    ("Sales fell in the first quarter.", "Sales fell in the second quarter."),
    (
        "Two of the three directors voted against it.",
        "Three of the two directors voted against it.",
    ),
    ("Two of the three directors voted against it.", "Two of the three directors voted for it."),
    (
        "The walkout halts all routes on 3 March and pays out in May.",
        "The walkout halts all routes in May and pays out on 3 March.",
    ),
    (
        "Prices rose two fold in the past two decades.",
        "Prices rose two fold in the past two years.",
    ),
    ("The report found that prices rose.", "Prices rose."),
    ("Critics say prices rose.", "Prices rose."),
]


@pytest.mark.parametrize(("sentence", "bullet"), TURNED)
def test_what_a_sentence_can_be_made_to_say_is_refused(sentence: str, bullet: str) -> None:
    assert not keeps_order(bullet, [sentence])
    assert keeps_order(sentence, [sentence])
