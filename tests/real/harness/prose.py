"""Made-up writing about six crafts: close enough to a real site that links suggest themselves."""

from __future__ import annotations

import random
from dataclasses import dataclass

CRAFTS = {
    "Baking": """
        sourdough starter: flour, jar, bubbles, feeding, acidity
        rye flour: bran, enzymes, crumb, moisture, hydration
        oven spring: steam, crust, heat, rise, stone
        proofing basket: cane, linen, dusting, shape, rest
        windowpane test: gluten, stretch, membrane, kneading, light
        Dutch oven: lid, cast iron, preheating, steam, burns
        bread scoring: razor, angle, pattern, ear, blade
        wholegrain loaf: seeds, fibre, soaker, density, slices
        levain build: ratio, timing, temperature, vigour, float
        pastry lamination: butter, folds, chilling, layers, rolling pin""",
    "Cycling": """
        bottom bracket: bearings, shell, thread, creaking, press fit
        disc brake: rotor, pads, caliper, squeal, alignment
        chain wear: gauge, rollers, stretch, lubricant, cassette
        tubeless tyre: sealant, rim tape, valve, bead, puncture
        wheel truing: spokes, tension, nipples, wobble, stand
        headset bearing: steerer, preload, cups, play, fork
        gear cable: housing, derailleur, barrel adjuster, indexing, friction
        saddle height: knee angle, seatpost, heel, comfort, hips
        freehub body: pawls, springs, grease, ratchet, splines
        dynamo hub: lamp, wiring, drag, current, charging""",
    "Beekeeping": """
        queen excluder: wire, honey supers, laying, passage, brood
        varroa mite: drones, sugar shake, treatment, count, oxalic acid
        honey extractor: frames, spinning, uncapping, tap, strainer
        brood box: cells, capping, larvae, pattern, space
        swarm season: scouts, queen cells, splitting, May, cluster
        winter feeding: syrup, fondant, weight, insulation, stores
        bee smoker: hessian, bellows, calm, fuel, guard bees
        nectar flow: lime trees, clover, forage, scales, weather
        hive inspection: gloves, notes, eggs, temper, frames
        wax foundation: wire, comb, drawing, sheets, cell size""",
    "Coffee": """
        burr grinder: grind size, burrs, retention, dust, dial
        milk steaming: wand, microfoam, jug, texture, whirlpool
        espresso basket: tamping, dose, channeling, puck, holes
        water hardness: minerals, scale, magnesium, filter jug, test strips
        roast profile: first crack, development, drum, curve, cooling
        cold brew: steeping, concentrate, fridge, ratio, sediment
        moka pot: gasket, funnel, stove, pressure, bitterness
        green beans: moisture, origin, storage, sacks, density
        paper filter: rinsing, cone, drawdown, clarity, flow
        cupping table: spoons, aroma, slurp, score sheet, bowls""",
    "Sailing": """
        storm jib: sheets, hanks, forestay, gale, cloth
        tidal stream: atlas, springs, neaps, headland, slack water
        anchor chain: shackle, scope, windlass, seabed, snubber
        mainsail reef: luff, cringle, halyard, boom, lines
        compass deviation: swing, card, magnets, heading, correction
        bilge pump: float switch, hose, strainer, impeller, valve
        spinnaker pole: guy, topping lift, mast, gybe, clew
        standing rigging: shrouds, turnbuckle, terminals, tension, corrosion
        night watch: lights, thermos, horizon, rota, radar
        harbour berth: fenders, springs, pontoon, cleat, wash""",
    "Pottery": """
        celadon glaze: iron, reduction, crackle, jade, cone ten
        kick wheel: flywheel, treadle, centering, posture, momentum
        bisque firing: cone, moisture, ramp, porosity, stacking
        slip casting: plaster, mould, drain, seam, deflocculant
        clay body: grog, shrinkage, plasticity, stoneware, aging
        kiln shelf: kiln wash, props, warping, cordierite, stilts
        throwing rib: wood, profile, wall, compress, curve
        coil pot: scoring, slip, paddle, spiral, pinch
        raku firing: sawdust, tongs, smoke, lustre, shock
        wedging table: canvas, air bubbles, spiral, plaster top, rhythm""",
}

ASPECTS = (
    "Choosing a {}",
    "What a {} really does",
    "Five mistakes with the {}",
    "Looking after your {}",
    "{}: questions from readers",
)

OWN = (
    "The {a} and the {b} say more about a {own} than any catalogue does.",
    "With a {own} it is the {a} that goes wrong first, and hardly ever the {b}.",
    "Half of the letters we get about the {own} turn out to be about {a}.",
    "I learned to respect the {a} the year our {own} let us down.",
    "Good {a} costs little, and a {own} without it is not worth the trouble.",
    "Check the {a} before the {b}; the {own} will tell you the rest.",
    "Nobody in our workshop agrees on {a}, yet everybody has a view of the {own}.",
    "Between {a} and {b} there is a balance that each {own} finds for itself.",
    "Once the {a} is right, the {own} more or less looks after itself.",
    "Write down what you do with the {a}, or next season the {own} starts from nothing.",
)
MENTION = (
    "Some of this carries over from the {other}, where {c} matters just as much.",
    "If you already know your way around a {other}, the {c} will feel familiar.",
    "Before any of that, the {other} deserves an hour of its own.",
    "Readers who came here for the {other} should look at the {c} first.",
    "A worn {other} hides behind the same signs, so rule out the {c}.",
)
PLAIN = (
    "It took us three attempts and a wet weekend to find that out.",
    "The old hands do it by ear; the rest of us need a list.",
    "Prices have gone up since, but the advice stands.",
    "None of it is difficult, and all of it takes longer than you think.",
    "Ask at the club; somebody has one in a shed.",
)


@dataclass(frozen=True)
class Topic:
    """A thing that several posts of a craft are about."""

    craft: str
    name: str
    words: tuple[str, ...]


def topics() -> list[Topic]:
    """All sixty of them."""
    found = []
    for craft, lines in CRAFTS.items():
        for line in lines.strip().splitlines():
            name, words = line.strip().split(": ")
            found.append(Topic(craft, name, tuple(words.split(", "))))
    return found


def title(topic: Topic, aspect: int) -> str:
    """The title of one of the five posts about a topic."""
    text = ASPECTS[aspect].format(topic.name)
    return text[0].upper() + text[1:]


def paragraph(topic: Topic, others: list[Topic], rng: random.Random) -> str:
    """Four to seven sentences about a topic, one of which may name another topic of the same craft."""
    sentences = []
    for pattern in rng.sample(OWN, rng.randint(3, 5)):
        a, b = rng.sample(topic.words, 2)
        sentences.append(pattern.format(own=topic.name, a=a, b=b))
    if rng.random() < 0.5:
        other = rng.choice(others)
        sentences.insert(rng.randint(1, 3), rng.choice(MENTION).format(other=other.name, c=rng.choice(other.words)))
    sentences.append(rng.choice(PLAIN))
    return " ".join(sentences)
