#!/usr/bin/env python3
"""Image tokens, ours beside those of the processors of transformers.

    make check-tokens [SIZES=200] [TYPES="qwen3_vl gemma3"], or tokens.py --tool TOOL [--sizes N] [TYPE ...]

For every family in `token_families.py` five processor files are drawn from a seeded generator, the first with nothing
but the names of its classes, and for each of them so many sizes of images, from a pixel to 6,000 a side and from strips
to squares. The processor of transformers writes the prompt of each (`reference_processors.py`), and its image tokens
are counted; `token-budget tokens` counts them too. Where the tool counts markers besides, begin and end of an image and
breaks behind its rows, these are compared as well; where it does not, the count is of image tokens alone. An image that the
processor refuses must be refused. Exits with 1 where something differs, and writes the settings and the size that do.
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

import marked_tables
from options import parsed
import transformers
from reference_processors import Reference, Refused
from token_families import FAMILIES

SETTINGS = 5
# Of each setting so many images run with pixels too, none larger than this.
SAMPLE, LARGEST_SAMPLE = 3, 1_500


def sizes(rng, count, on_pixels):
    """Sides from strips to squares, each factor as likely as the next; small ones and whole tiles among them."""
    most = 3000 if on_pixels else 6000
    for index in range(count):
        if index % 10 == 0:
            yield rng.randint(1, 60), rng.randint(1, 60)
        elif index % 10 == 1:
            side = rng.choice([14, 28, 32, 224, 336, 384, 448, 512])
            yield side * rng.randint(1, 6), side * rng.randint(1, 6)
        else:
            area = math.exp(rng.uniform(math.log(400), math.log(most * most / 2)))
            ratio = math.exp(rng.gauss(0, 0.7) if rng.random() < 0.9 else rng.uniform(-6.5, 6.5))
            width, height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            yield max(1, min(most, width)), max(1, min(most, height))


def write(row, kind, drawn, index, folder):
    """The published files of the settings, and the arguments of the command that name them."""
    classes = {"image_processor_type": row.image}
    if drawn.arguments or index % 2:
        file = {"processor_class": row.processor, "image_processor": classes | drawn.file, **drawn.arguments}
    else:
        file = {"processor_class": row.processor, **classes, **drawn.file}
    processor = folder / "processor.json"
    processor.write_text(json.dumps(file, indent=1))
    arguments = ["--processor", str(processor)]
    model_type = row.model_type or kind
    if drawn.config is not None:
        config = folder / "config.json"
        config.write_text(json.dumps({"model_type": model_type, **drawn.config}, indent=1))
        arguments += ["--config", str(config)]
    else:
        arguments += ["--family", row.family or model_type]
    for name, value in drawn.call.items():
        arguments += ["--set", f"{name}={json.dumps(value)}"]
    return arguments, file


def drawn(kind, index, count):
    """The settings of a family by its seed, the files that say so, the processor, and images."""
    row = FAMILIES[kind]
    rng = random.Random(f"{kind} {index}")
    settings = row.draw(rng, index)
    return settings, list(sizes(rng, count, row.on_pixels)), Reference(
        row.processor, row.image, settings.file, settings.arguments, settings.call, row.tokens, row.measure,
        row.on_pixels)


def record(path):
    """Writes what a test of the package repeats: ten images of each setting."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for kind, row in FAMILIES.items():
            for index in range(SETTINGS):
                settings, images, reference = drawn(kind, index, 10)
                arguments, file = write(row, kind, settings, index, pathlib.Path(name))
                counts = []
                for width, height in images:
                    try:
                        tokens, markers = reference.count(width, height)
                        counts.append([width, height, tokens, markers if row.markers else None])
                    except Refused:
                        counts.append([width, height, None, None])
                config = None if settings.config is None else {"model_type": row.model_type or kind, **settings.config}
                rows.append({"type": kind, "family": None if config else arguments[arguments.index("--family") + 1],
                             "config": config, "processor": file,
                             "set": [text for text in arguments if "=" in text], "images": counts})
    lines = ",\n".join(" " + json.dumps(row) for row in rows)
    path.write_text('{"provenance": ' + json.dumps({
        "what": "image tokens and markers (null where they are not compared) of [width, height], null where the image is "
                "refused, by type and processor file",
        "generator": f"Scripts/models/tokens.py --record, transformers {transformers.__version__}"})
        + ',\n"rows": [\n' + lines + "\n]}\n")


def ours(tool, arguments, images):
    """What the tool counts for each image: tokens and markers."""
    sized = [text for width, height in images for text in ("--image", f"{width}x{height}")]
    answer = subprocess.run([tool, "tokens", *arguments, *sized, "--format", "json"], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)
    if answer.returncode:
        raise Refused(answer.stderr.strip())
    return [(image["tokens"], image["extra_text_tokens"]) for image in json.loads(answer.stdout)["images"]]


def compare(tool, kind, row, index, count, folder):
    """Equal and different counts, refusals on both sides, and what to say of the differences, for one setting."""
    settings, images, reference = drawn(kind, index, count)
    arguments, file = write(row, kind, settings, index, folder)
    expected, refused = {}, {}
    for image in dict.fromkeys(images):
        try:
            expected[image] = reference.count(*image)
        except Refused as error:
            refused[image] = error
    small = [image for image in expected if max(image) <= LARGEST_SAMPLE]
    for image in [] if row.on_pixels or row.measure else small[:SAMPLE]:
        if (counted := reference.count(*image, pixels=True)) != expected[image]:
            raise SystemExit(f"{kind} {index}: {image} gives {counted} with pixels, {expected[image]} without")
    wrong, equal = [], 0
    taken = list(expected)
    try:
        counts = ours(tool, arguments, taken) if taken else []
    except Refused:
        # One of them is refused: which?
        counts = []
        for image in taken:
            try:
                counts += ours(tool, arguments, [image])
            except Refused as error:
                counts.append(error)
    for image, found in zip(taken, counts):
        tokens, markers = expected[image]
        right = (tokens, markers if row.markers else None)
        mine = found if isinstance(found, Refused) else (found[0], found[1] if row.markers else None)
        if mine == right:
            equal += images.count(image)
        else:
            wrong.append(f"{image[0]}x{image[1]}: {mine} here, {right} there")
    for image, error in refused.items():
        try:
            wrong.append(f"{image[0]}x{image[1]}: {ours(tool, arguments, [image])[0]} here, refused there ({error})")
        except Refused:
            pass
    if wrong:
        shown = "\n  ".join(wrong[:5])
        print(f"{kind} {index}: {json.dumps(file)} {json.dumps(settings.config)} {json.dumps(settings.call)}\n  {shown}"
              + (f"\n  and {len(wrong) - 5} more" if len(wrong) > 5 else ""), file=sys.stderr)
    return equal, sum(map(images.count, refused)), len(wrong)


def main():
    options = parsed(__doc__, FAMILIES, "TYPE", sizes=(200, "sizes of images for each of five settings"))
    if options.record:
        return record(options.record)
    print(f"{'type':18}{'settings':>10}{'images':>9}{'equal':>9}{'refused':>9}{'different':>11}", flush=True)
    totals, table = [0, 0, 0], ["| family | images | equal | refused | different |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        for kind in options.kinds:
            found = [compare(options.tool, kind, FAMILIES[kind], index, options.sizes, pathlib.Path(name))
                     for index in range(SETTINGS)]
            equal, refused, different = map(sum, zip(*found))
            print(f"{kind:18}{SETTINGS:>10}{SETTINGS * options.sizes:>9,}{equal:>9,}{refused:>9,}{different:>11,}",
                  flush=True)
            table.append(f"| {kind} | {SETTINGS * options.sizes:,} | {equal:,} | {refused:,} | {different:,} |")
            totals = [a + b for a, b in zip(totals, (equal, refused, different))]
    table.append(f"| all | {sum(totals):,} | {totals[0]:,} | {totals[1]:,} | {totals[2]:,} |")
    if options.write:
        marked_tables.write(options.write, "Scripts/models/tokens.py", table)
    print(f"{'all':18}{'':>10}{'':>9}{totals[0]:>9,}{totals[1]:>9,}{totals[2]:>11,}")
    sys.exit(1 if totals[2] else 0)


if __name__ == "__main__":
    main()
