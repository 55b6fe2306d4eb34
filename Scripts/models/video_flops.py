#!/usr/bin/env python3
"""FLOPs of tiny random models on a video, ours beside the framework's own counter.

    make check-flops, or video_flops.py --tool TOOL [--count N] [TYPE ...]

As flops.py for images: a configuration is drawn, `token-budget import --video` makes a cost model whose request has the
video, `cost` counts it, and the framework's class is run on as many groups of frames under torch's counter. Of Qwen's types
every part is compared; of LLaVA-OneVision, SmolVLM and InternVL encoder and connector together, as their classes run them
on a video. Exits with 1 where something differs.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

import flops  # noqa: F401  what counting needs set up
import marked_tables
from options import parsed
import torch
import transformers

from tiny import TYPES
from tiny.base import Image, Tiny, counted, total


class Frames(Tiny):
    """A type whose frames are squares of one size, run by its own function for videos."""

    def __init__(self, kind, side, patch, run, text="qwen2", **more):
        self.kind, self.side, self.patch, self.run, self.text, self.more = kind, side, patch, run, text, more

    def draw(self, rng):
        heads = rng.choice([1, 2, 3])
        hidden = heads * 16
        width = rng.choice([40, 64])
        vision = {"hidden_size": hidden, "num_attention_heads": heads, "num_hidden_layers": rng.randint(1, 3),
                  "intermediate_size": rng.choice([40, 64]), "image_size": self.side, "patch_size": self.patch}
        return {"model_type": self.kind, "text_config": {
            "model_type": self.text, "hidden_size": width * 2, "num_hidden_layers": 2, "num_attention_heads": 2,
            "num_key_value_heads": 1, "head_dim": width, "intermediate_size": 96, "vocab_size": 320},
            "vision_config": {**vision, **self.more.get("vision", {})}, **self.more.get("root", {})}

    def reference(self, config, image, text_tokens):
        model = self.build(config)
        frames = image.inputs["groups"]
        counts, _ = counted(lambda: self.run(model, torch.randn(frames, 3, self.side, self.side)))
        return {"vision": total(counts)}, {}


def llava(model, frames):
    return model.model.get_video_features(frames[None], vision_feature_layer=-1, vision_feature_select_strategy="full")


SQUARES = {
    "llava_onevision": (Frames(
        "llava_onevision", 70, 14, llava, vision={"model_type": "siglip_vision_model", "vision_use_head": False},
        root={"image_grid_pinpoints": [[70, 70]], "vision_feature_layer": -1, "vision_feature_select_strategy": "full"}),
        ["image_size=70", "video.do_sample_frames=false"]),
    "smolvlm": (Frames(
        "smolvlm", 64, 16, lambda model, frames: model.model.get_image_features(frames[None]), text="llama",
        root={"scale_factor": 2}), ["max_image_size=64", "video.do_sample_frames=false"]),
    "internvl": (Frames(
        "internvl", 56, 14, lambda model, frames: model.model.get_image_features(frames),
        vision={"image_size": [56, 56], "patch_size": [14, 14]},
        root={"downsample_ratio": 0.5, "vision_feature_layer": -1, "vision_feature_select_strategy": "default"}),
        ["video.do_sample_frames=false"]),
}
GRIDS = ["qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe"]


def ours(tool, config, settings, video, text_tokens, folder):
    """Every part as the tool has it."""
    (folder / "config.json").write_text(json.dumps(config))
    command = [tool, "import", str(folder / "config.json"), "-o", str(folder / "model.yaml"), "--video",
               f"{video[0]}x{video[1]}", "--frames", str(video[2]), "--fps", "2"]
    for setting in settings:
        command += ["--set", setting]
    subprocess.run(command, check=True, capture_output=True, text=True)
    document = (folder / "model.yaml").read_text()
    answer = subprocess.run(
        [tool, "cost", "--cost", str(folder / "model.yaml"), "--text-tokens", str(text_tokens), "--output-tokens", "2",
         "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout), document


def drawn(kind, index):
    """A type with a configuration, a video, settings, and a number of text tokens."""
    rng = random.Random(f"video {kind} {index}")
    groups, text_tokens = rng.randint(1, 5), rng.choice([17, 64, 130])
    if kind in SQUARES:
        type, settings = SQUARES[kind]
        config, image = type.draw(rng), Image(64, 64, 0, {"groups": groups})
        return type, config, image, (type.side, type.side, groups), settings, text_tokens
    type = TYPES[kind]
    config = type.draw(rng)
    image = type.image(rng, config)
    image.inputs["groups"] = groups
    image.tokens *= groups
    least, most = ("shortest_edge", "longest_edge") if "qwen3" in kind else ("min_pixels", "max_pixels")
    settings = ["video.do_sample_frames=false", f"video.{least}=1", f"video.{most}=100000000"]
    return type, config, image, (image.width, image.height, 2 * groups), settings, text_tokens


def record(path):
    """Writes what a test compares the package with: two of each type."""
    rows = []
    for kind in GRIDS + list(SQUARES):
        for index in range(2):
            type, config, image, video, settings, text_tokens = drawn(kind, index)
            counted, _ = type.reference(config, image, text_tokens)
            rows.append({"type": kind, "config": config, "video": video, "set": settings, "text_tokens": text_tokens,
                         "counted": counted, "beside_convention": type.beside(config, image.tokens + text_tokens)})
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    about = ("Operations of tiny random models on videos as torch.utils.flop_counter.FlopCounterMode counts them. Written by "
             f"Scripts/models/video_flops.py --record; torch {torch.__version__.split('+')[0]}, transformers "
             f"{transformers.__version__}. counted = ours + beside_convention.")
    path.write_text(f'{{"about": {json.dumps(about)},\n "rows": [\n{lines}\n]}}\n')


def main():
    options = parsed(__doc__, GRIDS + list(SQUARES), "TYPE", count=(20, "configurations of each type"))
    if options.record:
        return record(options.record)
    failed = 0
    table = ["| type | models | parts equal | different |", "|---|---|---|---|"]
    print(f"{'type':20}{'configurations':>16}{'parts equal':>13}{'different':>11}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in options.kinds:
            equal = different = 0
            for index in range(options.count):
                type, config, image, video, settings, text_tokens = drawn(kind, index)
                try:
                    answer, document = ours(options.tool, config, settings, video, text_tokens, folder)
                except subprocess.CalledProcessError as error:
                    print(f"{kind} {index}: {error.stderr}\n{json.dumps(config)}", file=sys.stderr)
                    different += 1
                    continue
                mine = dict(answer["flops"])
                mine["vision"] = mine["vision_encoder"] + mine["connector"]
                theirs, _ = type.reference(config, image, text_tokens)
                beside = type.beside(config, image.tokens + text_tokens)
                wrong = [f"{part}: {mine[part]} here, {count} counted" for part, count in theirs.items()
                         if mine[part] + beside.get(part, 0) != count]
                equal += len(theirs) - len(wrong)
                different += len(wrong)
                if wrong:
                    print(f"{kind} {index}: " + "; ".join(wrong) + "\n" + json.dumps(config) + "\n" + document,
                          file=sys.stderr)
            print(f"{kind:20}{options.count:>16}{equal:>13,}{different:>11}", flush=True)
            table.append(f"| {kind} | {options.count} | {equal} | {different} |")
            failed += different
    if options.write:
        marked_tables.write(options.write, "Scripts/models/video_flops.py", table)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
