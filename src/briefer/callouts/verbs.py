"""The verbs that news is told with, and their forms by the rules of spelling."""

from __future__ import annotations

import re

_IRREGULAR = """be:was:been begin:began:begun bring:brought buy:bought catch:caught come:came:come cost:cost cut:cut
    drive:drove:driven fall:fell:fallen find:found fly:flew:flown get:got:gotten give:gave:given go:went:gone
    grow:grew:grown have:had hit:hit hold:held keep:kept know:knew:known lead:led leave:left lose:lost make:made
    mean:meant meet:met pay:paid put:put read:read rise:rose:risen run:ran:run say:said see:saw:seen sell:sold
    send:sent set:set shed:shed shoot:shot show:showed:shown shrink:shrank:shrunk sink:sank:sunk sit:sat
    slide:slid speak:spoke:spoken spend:spent spread:spread stand:stood strike:struck sweep:swept swing:swung
    take:took:taken tell:told think:thought win:won withdraw:withdrew:withdrawn write:wrote:written
    bear:bore:borne beat:beat become:became:become bid:bid build:built choose:chose:chosen draw:drew:drawn
    feel:felt fight:fought forecast:forecast lay:laid let:let lie:lay quit:quit seek:sought split:split
    steal:stole:stolen teach:taught understand:understood wear:wore:worn undergo:underwent:undergone
    arise:arose:arisen awake:awoke:awoken bend:bent bind:bound bite:bit:bitten bleed:bled blow:blew:blown
    break:broke:broken breed:bred broadcast:broadcast burn:burnt burst:burst cast:cast creep:crept deal:dealt
    dig:dug drink:drank:drunk eat:ate:eaten feed:fed flee:fled foresee:foresaw:foreseen forget:forgot:forgotten
    freeze:froze:frozen hang:hung hear:heard hide:hid:hidden hurt:hurt lend:lent light:lit outdo:outdid:outdone
    overtake:overtook:overtaken ride:rode:ridden ring:rang:rung rid:rid shake:shook:shaken shut:shut sleep:slept
    spin:spun stick:stuck sue:sued swear:swore:sworn swell:swelled:swollen throw:threw:thrown uphold:upheld
    upset:upset wake:woke:woken wind:wound"""
_REGULAR = """account accuse achieve acquire add address advance affect agree allow amount announce appear apply approve argue
    arrive ask assess attend attract average back ban beat believe benefit blame bounce call cap carry cause change
    charge charter claim climb close collapse collect comment compare compete complete comprise conclude conduct
    confirm consider consist contain continue contract contribute control convert cover create cross crease decide
    decline decrease deliver demand deny deposit derive describe design destroy develop die dip direct discover
    discuss dismiss double drop earn ease edge elect eliminate employ enable end enjoy enter equal estimate evacuate
    exceed expand expect expire explain export express extend face fail fetch file fill finance finish fire force
    form fund gain generate guarantee halve happen head help hire hope host house impose import improve include
    increase indicate inch inform injure insist intend invest investigate involve issue jump join kick kill lack
    land last launch level lift limit list live look lower maintain manage manufacture mark match measure merge miss
    move name narrow nationalize note number obtain occur offer open operate order organize outnumber outpace own
    participate pass peak peg place plan play pledge plummet plunge point poll post predict prepare prevent price
    process produce project promise propose protest prove provide publish pull purchase push raise rally range rank
    rate reach rebound receive recognize recommend record recover reduce refuse register reject release rely remain
    remove rent reopen repay replace report represent request require rescue resign respond restore result resume
    retain retire return reveal reverse rocket round rule save score secure seem serve settle share shift sign
    skyrocket slash slip slow slump soar sponsor stagnate start state stay stop strengthen stretch suffer suggest
    supply support surge surpass survey suspend sustain tally target threaten total touch track trade transfer
    transport travel treat trigger triple trail tumble turn unveil use value visit vote vow wait walk want warn
    weaken weigh widen wipe work worsen yield abandon abolish absorb accept accelerate accommodate accompany adapt
    adjust admit adopt afford allege allocate anticipate apologize appeal appoint appreciate arrest assemble assign
    assist associate assume assure attack attempt authorize avoid await award balance bar belong boast boost borrow
    broaden bury calculate campaign cancel cease celebrate chair challenge chase check cite clear coincide combine
    command commit compensate complain comply compound concede condemn confine connect consult consume contest
    contrast cool correspond count curb damage date debate declare deem defend define delay delete demonstrate
    depend depreciate detain deteriorate determine devote differ diminish disagree disappear disclose displace
    display distribute divide donate dominate downgrade dry educate eclipse embrace emerge emit emphasize encourage
    enforce engage ensure escape establish evaluate evolve examine exclude execute exhaust exist expel experience
    explore expose extract facilitate fade favour favor feature finalize float flood flow focus follow free fuel
    function gather govern grant greet guide halt handle harm harvest hike identify ignore illustrate imagine impact
    imply impress imprison incur inherit initiate inject inspect inspire install institute interview introduce
    invade invite irrigate isolate judge justify kidnap label lag lament lapse learn licence license link load lobby
    lock lodge loom lure mandate mention migrate mine mirror modernize modify monitor mount motivate murder
    negotiate neglect net nominate notice notify nudge oblige observe occupy omit oppose opt outline outlaw
    outperform outstrip overhaul overturn owe pack pause penalize perform permit persuade phase pilot please pose
    possess postpone praise preclude prefer present preserve press presume pretend proceed proclaim prompt propel
    prosecute protect pump punish pursue qualify quarantine question quicken quote raid ration react realize rebuild
    recall recede reckon recruit redeem refer reflect refuel regain regard regulate reinforce reiterate relate relax
    relieve relocate remind renew renovate repair repeal repeat reply reschedule reserve reshape reside resolve
    resort restart restrict restructure retreat revamp revert review revise revive reward roll rush sack sample
    satisfy scrap screen seize select sentence separate shelter shelve shoulder shrug sideline signal simplify skip
    snap solve sound sour spark specify speculate spur squeeze stabilize staff stage stall stem step stimulate
    stipulate stream streamline stress strip study submit subsidize substitute succeed summon supervise surprise
    surrender surround survive suspect swallow switch tackle tailor tap tarnish tax team tend terminate test testify
    thank tie tighten top tour trace train transform translate trap trim try tout underestimate underline undermine
    underscore unite update upgrade urge vacate vaccinate vary veto view violate wage wane water weather welcome
    wish witness wonder worry wound wrap wreck"""


def _forms() -> tuple[frozenset[str], dict[str, str], frozenset[str], frozenset[str]]:
    """Base forms, third persons with their bases, pasts and participles of the verbs."""
    base, past, participle = set(), set(), set()
    third: dict[str, str] = {}
    for entry in _IRREGULAR.split():
        verb, *rest = entry.split(":")
        base.add(verb)
        third[verb + ("es" if verb.endswith(("s", "sh", "ch", "o")) else "s")] = verb
        past.add(rest[0])
        participle.add(rest[-1])
    for verb in _REGULAR.split():
        base.add(verb)
        if verb.endswith("e"):
            past.add(verb + "d")
        elif verb.endswith("y") and verb[-2] not in "aeiou":
            past.add(verb[:-1] + "ied")
        else:
            past.add(verb + "ed")
            if re.search(r"[^aeiou][aeiou][bdglmnprt]$", verb):
                past.add(verb + verb[-1] + "ed")
        ies = verb.endswith("y") and verb[-2] not in "aeiou"
        es = verb.endswith(("s", "sh", "ch", "x", "o"))
        third[verb[:-1] + "ies" if ies else verb + ("es" if es else "s")] = verb
    return frozenset(base), third, frozenset(past), frozenset(participle)


BASE, THIRD, PAST, PARTICIPLE = _forms()
