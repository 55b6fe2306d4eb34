"""Seeds of the fuzz targets, made from documents and fixtures of the tree, and the words that they mix.

Nothing is kept twice: what a target starts from is what the tree has, put into the shape that the target
takes (parts between lines of '=====', or a first line 'name framework family tokens options').
Inputs that fuzzing found, one for each way through the code, lie in Fuzzing/Corpus.
"""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests/ConfigEmbeddingTests/Fixtures"
REFERENCES = ROOT / "Tests/ComputeCostsTests/References"
SEPARATOR = b"\n=====\n"
LARGEST = 8192

READERS = ["documents", "configurations", "measurements", "results", "scripts", "settings"]
QUESTIONS = ["embed", "check", "fit", "regimes", "advise", "what-if", "plan", "cost"]
TARGETS = READERS + QUESTIONS

ARITHMETIC = b"""SIDE=28
export MAX_PIXELS=$((1024 * SIDE * ${SIDE})) MIN_PIXELS=$((2**4 * (28 + 28) / 2 * 28))
swift sft --model Qwen/Qwen2.5-VL-7B-Instruct --max_length 4096
"""
# Rooms of the sources whose words a target's inputs are made of.
ROOMS = {
    "documents": ["BudgetDocuments/Documents", "BudgetSearch", "ScalingLaws/Laws", "ComputeCosts/Families"],
    "configurations": ["ComputeCosts/Families", "BudgetDocuments/Importing"],
    "measurements": ["BudgetDocuments/Importing", "SourceText/CSV"],
    "results": ["BudgetDocuments/Importing"],
    "scripts": ["ConfigEmbedding"],
    "settings": ["BudgetDocuments/Documents", "TokenBudget/WhatIf"],
    "embed": ["ConfigEmbedding", "ComputeCosts/Families"],
    "check": ["ConfigEmbedding", "ComputeCosts/Families"],
    "fit": ["BudgetDocuments/Importing", "BudgetDocuments/Documents"],
    "regimes": ["BudgetDocuments/Importing"],
    "advise": ["BudgetDocuments/Documents", "BudgetSearch", "ScalingLaws/Laws", "ComputeCosts/Families"],
    "what-if": ["BudgetDocuments/Documents", "TokenBudget/WhatIf", "BudgetSearch", "ScalingLaws/Laws"],
    "plan": ["BudgetDocuments/Documents", "BudgetSearch", "ComputeCosts/Families"],
    "cost": ["BudgetDocuments/Documents", "ComputeCosts/Families"],
}

# What numbers, strings and lines are broken by.
HOSTILE = [
    "1e308", "-1e308", "1e-308", "5e-324", "9223372036854775807", "-9223372036854775808",
    "9223372036854775808", "0", "-0.0", "-1", "1e400", ".nan", ".inf", "0x7fffffff", "1_000", "1:30",
    "\r\n", "\t", "\ufeff", "\u2028", "\u0085", "\u202e", "\x1b[31m", "\\ud800", "&a", "*a", "<<: *a",
    "!!str", "!!int", "|", ">-", "---", "...", "=====", "'''", '"""', "${A}", "$((1<<62))", "$((", "))",
    "\\\n", "<<EOF", "EOF", "{", "}", "[", "]", "- ", ": ", "# ",
]


def tables():
    """The measurements of shipped profiles as tables."""
    for path in sorted((ROOT / "profiles/scaling").glob("*.yaml"))[::9]:
        rows = re.findall(r"tokens: *([0-9.]+), *score: *([0-9.]+)", path.read_text())
        if rows:
            yield "tokens,score\n" + "".join(f"{n},{score}\n" for n, score in rows)


def configurations():
    """Published configurations, alone and with a processor file behind."""
    processors = [path.read_bytes() for path in sorted(FIXTURES.glob("hf-*.json"))]
    oracle = json.loads((REFERENCES / "flops_oracle.json").read_text())["models"]
    siblings = json.loads((REFERENCES / "siblings.json").read_text())["models"]
    for file in sorted((REFERENCES / "TinyModels").iterdir()):
        siblings |= json.loads(file.read_text())["models"]
    seen = set()
    for model in list(siblings.values()) + list(oracle.values()):
        config = model["config"]
        text = json.dumps(config, indent=1).encode()
        if config.get("model_type") in seen or len(text) > LARGEST:
            continue
        seen.add(config.get("model_type"))
        yield text
        yield text + SEPARATOR + processors[len(seen) % len(processors)]
    for processor in processors:
        yield processor


def configs(names, options):
    """Configs of frameworks under the names that tell what they are."""
    for path in names:
        yield f"{path.name} - - 576 {options}\n".encode() + path.read_bytes()


def settings():
    """Settings of the documents, from their own keys, and those that the documents show."""
    shown = re.findall(r"--set '?([^'\\\n]+)", "".join(
        path.read_text() for path in sorted(ROOT.glob("docs/*.md"))))
    yield from (line.strip().encode() for line in shown)
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        lines = [line for line in path.read_text().splitlines() if re.match(r"[a-z_]+: [{0-9]", line)]
        yield "\n".join(line.replace(": ", "=", 1) for line in lines).encode()


def questions():
    """Documents of a question: a policy with the profiles that it mixes, a cost model, its accelerator."""
    profiles = sorted((ROOT / "profiles/scaling").glob("*.yaml"))[::11]
    costs = sorted((ROOT / "profiles/compute").glob("*.yaml"))
    for index, policy in enumerate(sorted((ROOT / "policies").glob("*.yaml"))):
        mixed = [ROOT / f"profiles/scaling/{name}.yaml"
                 for name in re.findall(r"profile: ([a-z0-9.-]+)", policy.read_text())]
        for step in range(2):
            number = 2 * index + step
            cost = costs[number % len(costs)]
            scores = [path.read_bytes() for path in mixed or [profiles[number % len(profiles)]]]
            yield SEPARATOR.join(scores + accelerated(cost) + [policy.read_bytes()])


def changes():
    """A profile, a cost model and a policy that mixes nothing, with settings behind them."""
    profiles = sorted((ROOT / "profiles/scaling").glob("*.yaml"))[::13]
    costs = sorted((ROOT / "profiles/compute").glob("*.yaml"))
    policies = [path for path in sorted((ROOT / "policies").glob("*.yaml"))
                if "mix:" not in path.read_text()]
    for index, lines in enumerate([b"", *settings()]):
        parts = [profiles[index % len(profiles)], costs[index % len(costs)], policies[index % len(policies)]]
        yield SEPARATOR.join([path.read_bytes() for path in parts] + [lines])


def accelerated(cost):
    """A cost model, and the accelerator that it names."""
    named = re.search(r'^hardware: "?([a-z0-9.-]+)', cost.read_text(), re.MULTILINE)
    hardware = [ROOT / f"profiles/hardware/{named.group(1)}.yaml"] if named else []
    return [path.read_bytes() for path in [cost] + hardware]


def plans():
    """A cost model with its accelerator, and each policy."""
    costs = sorted((ROOT / "profiles/compute").glob("*.yaml"))
    for index, policy in enumerate(sorted((ROOT / "policies").glob("*.yaml"))):
        first = f"{2 + index % 6} {10 ** (index % 5)}".encode()
        yield SEPARATOR.join([first, *accelerated(costs[index % len(costs)]), policy.read_bytes()])


def estimates():
    """Each cost model with its accelerator, and requests of every kind."""
    visions = ["-", "640x480", "t576", "c5", "1280x720,224x224", "1x9000"]
    options = ["-", "m2", "cae", "u8p", "tl", "t", "lps", "wp"]
    for index, cost in enumerate(sorted((ROOT / "profiles/compute").glob("*.yaml"))):
        vision = visions[index % len(visions)]
        images = 2 if "," in vision else 1
        first = f"{vision} {images} 64 128 {1 + index % 3} {1 + index % 2} 1000 {options[index % len(options)]}"
        yield SEPARATOR.join([first.encode(), *accelerated(cost)])


def seeds(target):
    """The seeds of a target, none larger than what it is given."""
    shell = sorted(FIXTURES.glob("*.sh"))
    made = {
        "documents": lambda: [path.read_bytes() for folder in (
            "policies", "profiles/compute", "profiles/hardware", "Tests/BudgetDocumentsTests/Fixtures/invalid")
            for path in sorted((ROOT / folder).glob("*.yaml"))]
        + [path.read_bytes() for path in sorted((ROOT / "profiles/scaling").glob("*.yaml"))[::9]],
        "configurations": configurations,
        "measurements": lambda: [table.encode() for table in tables()]
        + [b"model,benchmark,n,score,error\n" + b"a,b,64,50,0.5\n" * 3, b"tokens;error\n1,5;0,25\n"],
        "results": lambda: [path.read_bytes() for path in sorted(
            (ROOT / "Tests/BudgetDocumentsTests/Fixtures/results").iterdir())],
        # Budgets of scripts are often products.
        "scripts": lambda: [*configs(shell, "-"),
                            b"train.sh ms-swift qwen2.5-vl 576 -\n" + ARITHMETIC],
        "settings": settings,
        "embed": lambda: configs(sorted(FIXTURES.iterdir()), "as"),
        "check": lambda: configs(sorted(FIXTURES.iterdir()), "v"),
        "fit": lambda: [table.encode() for table in tables()],
        "regimes": lambda: [table.encode() for table in tables()],
        "advise": questions,
        "what-if": changes,
        "plan": plans,
        "cost": estimates,
    }[target]
    return [seed for seed in made() if len(seed) <= LARGEST]


def dictionary(target):
    """The words of a target in libFuzzer's form: names in the sources that read it, and what breaks."""
    words = set()
    for room in ROOMS[target]:
        for path in sorted((ROOT / "Sources" / room).rglob("*.swift")):
            words.update(re.findall(r'"((?:--)?[A-Za-z][A-Za-z0-9_.-]{1,30})"', path.read_text()))
    lines = []
    for word in sorted(words) + HOSTILE:
        escaped = "".join(
            chr(byte) if 0x20 <= byte < 0x7F and byte not in (0x22, 0x5C) else f"\\x{byte:02X}"
            for byte in word.encode())
        lines.append(f'"{escaped}"')
    return "\n".join(lines) + "\n"
