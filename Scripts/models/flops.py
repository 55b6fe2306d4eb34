#!/usr/bin/env python3
"""FLOPs and parameters of tiny random models, ours beside the framework's own counter.

    make check-flops [COUNT=60] [TYPES="qwen3_5 qwen3_5_moe"], or flops.py --tool TOOL [--count N] [TYPE ...]

For every model type below so many configurations are drawn from a seeded generator: grouped heads, odd sizes, heads
of sizes of their own, mixed kinds of layers, tied heads. Each is built by its class with random weights, run on an image
and a prompt under torch's FlopCounterMode, one decoded token more, and counted by `token-budget import` and
`cost --format json`. Every part must be equal to the last operation, and every part's parameters to the last one.
Exits with 1 where something differs, and writes the configuration that does beside the message.

The types are in `tiny`, with what the counter does not see, or sees of padding, beside each.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
import transformers
from transformers import masking_utils

import marked_tables
from options import parsed
from tiny import GROUPS, TYPES
from tiny.base import size

torch.set_num_threads(1)
# A mask is never a product; whether it is trivial is never asked.
masking_utils._ignore_bidirectional_mask_sdpa = lambda *args, **kwargs: False


def ours(tool, kind, config, image, text_tokens, folder):
    """Every part as the tool has it."""
    published = folder / "config.json"
    published.write_text(json.dumps(config, indent=1))
    command = [tool, "import", str(published), "-o", str(folder / "model.yaml")]
    processor = TYPES[kind].processor(config)
    if processor is not None:
        (folder / "preprocessor_config.json").write_text(json.dumps(processor))
        command += ["--processor", str(folder / "preprocessor_config.json")]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    answer = subprocess.run(
        [tool, "cost", "--cost", str(folder / "model.yaml"), "--image", f"{image.width}x{image.height}",
         "--text-tokens", str(text_tokens), "--output-tokens", "2", "--format", "json"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    read = json.loads(answer.stdout)
    for file in folder.iterdir():
        file.unlink()
    return read["flops"], read["parameters"]


def drawn(kind, index):
    """A configuration of a type with an image and a number of text tokens."""
    rng = random.Random(f"{kind} {index}")
    config = TYPES[kind].draw(rng)
    return config, TYPES[kind].image(rng, config), rng.choice([1, 17, 64, 130])


def record(path, group):
    """Writes what a test compares the package with, of a group of types."""
    tiny, published = [], {}
    for kind, type in group.items():
        for index in range(type.recorded):
            config, image, text_tokens = drawn(kind, index)
            flops, parameters = type.reference(config, image, text_tokens)
            tiny.append({"type": kind, "config": config, "image": [image.width, image.height],
                         "image_tokens": image.tokens, "text_tokens": text_tokens, "processor": type.processor(config),
                         "counted": flops, "beside_convention": type.beside(config, image.tokens + text_tokens),
                         "parameters": parameters})
        for name, (repository, config) in type.published.items():
            with torch.device("meta"):
                model = type.build(json.loads(json.dumps(config)))
            encoder, connector = type.vision_parameters(model)
            language, head = type.language(model)
            embedding = type.embedding(language)
            published[name] = {"hf_repo": repository, "config": config, "params": {
                "total": type.parameters(model), "connector": connector, "vision_encoder": encoder,
                "embed_tokens": embedding,
                "lm_head": 0 if head.weight is language.embed_tokens.weight else size(head),
                "llm_without_embeddings_and_head": size(language) - embedding, "other": 0}}
    path.write_text(json.dumps({
        "about": "Operations of tiny random models as torch.utils.flop_counter.FlopCounterMode counts them, and parameters "
                 "of published ones. Written by Scripts/models/flops.py --record; torch "
                 f"{torch.__version__.split('+')[0]}, transformers {transformers.__version__}. counted = ours + "
                 "beside_convention.",
        "models": published, "records": [], "tiny": tiny}, indent=1) + "\n")


def main():
    options = parsed(__doc__, TYPES, "TYPE", record="FOLDER", count=(60, "configurations of each type"))
    if options.record:
        for name, group in GROUPS.items():
            if set(options.kinds) & set(group):
                record(options.record / f"{name}.json", group)
        return
    failed = 0
    table = ["| type | models | parts equal | different |", "|---|---|---|---|"]
    print(f"{'type':20}{'configurations':>16}{'parts equal':>13}{'different':>11}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in options.kinds:
            equal = different = 0
            for index in range(options.count):
                config, image, text_tokens = drawn(kind, index)
                try:
                    mine, parameters = ours(options.tool, kind, config, image, text_tokens, folder)
                except subprocess.CalledProcessError as error:
                    print(f"{kind} {index}: {error.stderr}\n{json.dumps(config)}", file=sys.stderr)
                    different += 1
                    continue
                flops, counts = TYPES[kind].reference(config, image, text_tokens)
                beside = TYPES[kind].beside(config, image.tokens + text_tokens)
                wrong = [f"{part}: {mine[part]} here, {count} counted" for part, count in flops.items()
                         if mine[part] + beside.get(part, 0) != count]
                wrong += [f"{part} has {parameters[part]} parameters here, {count} in the framework"
                          for part, count in counts.items() if parameters[part] != count]
                equal += len(flops) + len(counts) - len(wrong)
                different += len(wrong)
                if wrong:
                    print(f"{kind} {index}: " + "; ".join(wrong) + "\n" + json.dumps(config), file=sys.stderr)
            print(f"{kind:20}{options.count:>16}{equal:>13,}{different:>11}", flush=True)
            table.append(f"| {kind} | {options.count} | {equal:,} | {different} |")
            failed += different
    if options.write:
        marked_tables.write(options.write, "Scripts/models/flops.py", table)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
