#!/usr/bin/env python3
"""What `token-budget import` makes of each model type that transformers maps from images and text to text.

    make check-models [TYPES="qwen3_vl gemma3"], or census.py --tool TOOL [--write docs/models.md] [TYPE ...]

Each type's configuration class makes a configuration by its defaults, as `save_pretrained` writes it and with every key
spelt out; its model is built without memory, on the `meta` device, and its parameters are counted by part. The tool
imports both files. The outcome of a type is one of

  exact    imported, and encoder, connector, language layers, embedding and head have as many parameters as the model's
           (an encoder of sound is left out)
  tokens   refused by `import` with a reason, and `tokens` counts its images
  refused  refused by both with a reason that names the type, or what of it has no form, and says how to go on
  wrong    anything else: a part that differs, an error that names nothing, a crash

Exits with 1 where a type is wrong. With --write the table between its marks in a Markdown file is written anew.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import marked_tables
import torch
from transformers import AutoConfig, AutoModelForImageTextToText
from tiny import TYPES
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES as MAPPING

ENCODERS = re.compile(r"(^|\.)(vision_tower|vision_model|visual|vision_encoder|image_encoder|vision_embed_tokens)(\.|$)")
# No image passes it, and the tool leaves it out.
SOUND = re.compile(r"(^|\.)(audio_tower|embed_audio|audio_encoder)(\.|$)")
CONNECTORS = re.compile(
    r"(^|\.)(multi_modal_projector|mm_projector|view_separator|connector|merger|deepstack_merger_list|deepstack_merger"
    r"|image_newline|embed_vision"
    r"|projector|patch_merger|aligner|resampler|vision_projection)(\.|$)")


# The tool's names of parts, and ours.
PARTS = {"vision_encoder": "vision_encoder", "connector": "connector", "embedding": "embedding", "lm_head": "head",
         "language_layers": "language_model"}


def parts(kind, model):
    """Parameters by part: encoder, connector, language layers with their last norm, embeddings, head. Where encoder and
    connector part is known of the types of `tiny`, and told by the names of modules of the others."""
    counted = collections.Counter()
    embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
    own = {id(p): "embedding" for p in embedding.parameters()}
    for parameter in head.parameters() if head is not None else ():
        own.setdefault(id(parameter), "head")
    for name, parameter in model.named_parameters():
        if id(parameter) in own:
            part = own[id(parameter)]
        elif SOUND.search(name):
            part = "sound"
        elif "embed_tokens_per_layer" in name:
            part = "embedding"
        elif CONNECTORS.search(name):
            part = "connector"
        elif ENCODERS.search(name):
            part = "vision_encoder"
        else:
            part = "language_model"
        counted[part] += parameter.numel()
    if kind in TYPES:
        encoder, connector = TYPES[kind].vision_parameters(model)
        rest = sum(counted[part] for part in ("vision_encoder", "connector", "language_model")) - encoder - connector
        counted.update({"vision_encoder": encoder - counted["vision_encoder"],
                        "connector": connector - counted["connector"],
                        "language_model": rest - counted["language_model"]})
    return counted


# Types of `tiny` whose class's defaults are no model: heads that share no width, layers of a projector that do not fit each
# other, no experts chosen, no rotary base.
UNFIT = ["deepseek_ocr2", "hunyuan_vl", "llama4", "qwen3_omni_moe_thinker"]


def fitted(kind):
    """A configuration by its class's defaults; of a type whose defaults are no model a tiny one instead; where its parts do not fit each other by
    default, as in the Qwen line, with the mergers' width that the language model has."""
    if kind in UNFIT:
        return AutoConfig.for_model(**TYPES[kind].draw(random.Random(kind)))
    settings = AutoConfig.for_model(kind)
    if "vision_config" in settings.to_dict() and settings.vision_config is None:
        # Gemma 4's class has no encoder by default.
        settings = AutoConfig.for_model(kind, vision_config={})
    vision, text = getattr(settings, "vision_config", None), getattr(settings, "text_config", None)
    if hasattr(vision, "embed_dim") and hasattr(vision, "mlp_ratio") and hasattr(vision, "depth"):
        vision.hidden_size = text.hidden_size
    elif hasattr(vision, "out_hidden_size") and hasattr(text, "hidden_size"):
        vision.out_hidden_size = text.hidden_size
    if kind == "glm4v_moe":
        # 96 heads share no width of 4096; the published model says 128.
        text.head_dim = 128
    return settings


def built(kind):
    """The files of a configuration, and the parameters of its model."""
    settings = fitted(kind)
    files = [settings.to_json_string(use_diff=True), settings.to_json_string(use_diff=False)]
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(settings)
    return files, parts(kind, model)


def run(tool, *arguments):
    return subprocess.run([tool, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def imported(tool, file, folder):
    """What the tool has: parameters by part, or the message of its refusal."""
    config, model = folder / "config.json", folder / "model.yaml"
    config.write_text(file)
    answer = run(tool, "import", config, "-o", model)
    if answer.returncode == 0:
        answer = run(tool, "cost", "--cost", model, "--vision-tokens", 64, "--format", "json")
        model.unlink()
        if answer.returncode == 0:
            return json.loads(answer.stdout)["parameters"], None
    return None, answer


def reason(answer):
    """The first message of a refusal, without its place; nothing where it is none."""
    found = re.search(r"error: (.*?) \[([a-z.-]+)\]", answer.stderr, re.S)
    return found and found.group(1)


def outcome(tool, kind, folder):
    """How it goes with a type, and why."""
    try:
        files, expected = built(kind)
    except Exception as error:  # What the framework cannot build by defaults is not counted, and still is imported.
        files, expected = [json.dumps({"model_type": kind})], None
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
    outcomes = []
    for file in files:
        mine, answer = imported(tool, file, folder)
        if mine:
            if expected is None:
                outcomes.append(("wrong", f"imported, and the framework does not build it: {problem}"))
                continue
            mine = {PARTS[name]: mine[name] for name in PARTS}
            differing = [f"{part}: {mine[part]} here, {expected[part]} there" for part in mine
                         if mine[part] != expected[part]]
            outcomes.append(("wrong", "; ".join(differing)) if differing else ("exact", ""))
            continue
        message = reason(answer)
        if not message or answer.returncode not in (1, 64, 65):
            outcomes.append(("wrong", f"exit {answer.returncode}: {answer.stderr[-200:]}"))
        elif "  = " not in answer.stderr:
            outcomes.append(("wrong", f"no hint: {message}"))
        else:
            counted = run(tool, "tokens", "--config", folder / "config.json", "--image", "1280x720")
            outcomes.append(("refused" if counted.returncode else "tokens", message))
    for name in ("wrong", "refused", "tokens", "exact"):
        for found in outcomes:
            if found[0] == name:
                return found


def table(found, counts):
    """The lines of the table: how many of each outcome, and which."""
    words = {"exact": "imported, every part's parameters equal", "tokens": "tokens only", "refused": "refused with a reason",
             "wrong": "**wrong**"}
    lines = ["| outcome | types | |", "|---|---|---|"]
    for name, word in words.items():
        if counts[name] or name != "wrong":
            kinds = ", ".join(f"`{kind}`" for kind in found if found[kind][0] == name)
            lines.append(f"| {word} | {counts[name]} | {kinds} |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("types", nargs="*", metavar="TYPE")
    parser.add_argument("--tool", required=True, help="the built token-budget")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="the Markdown file whose table is written anew")
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for kind in options.types or MAPPING:
            found[kind] = outcome(options.tool, kind, pathlib.Path(name))
            print(f"{kind:24}{found[kind][0]:9}{found[kind][1]}", flush=True)
    counts = collections.Counter(name for name, _ in found.values())
    print(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    if options.write:
        marked_tables.write(options.write, "Scripts/models/census.py", table(found, counts))
    sys.exit(any(name == "wrong" for name, _ in found.values()))


if __name__ == "__main__":
    main()
