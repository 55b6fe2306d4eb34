#!/usr/bin/env python3
"""Tokens of random videos, ours beside those of the framework's own video processors.

    make check-tokens [VIDEOS=100], or videos.py --tool TOOL [--count N] [FAMILY ...]

For every family below so many videos are drawn from a seeded generator: sizes from slivers to 4K, one frame to thousands,
rates that are whole and rates that are not, and a processor file that says some of what its class can be told (bounds of
pixels, sampling on and off, a number or a rate of frames to take, the cap of a frame's pixels). The class is made from that
file and run on a video without content (a tensor on torch's meta device), its processor writes the prompt, and
`token-budget tokens --video --format json` answers from the same file. Frames taken, tokens and the markers that are counted
must be equal, and what one refuses the other refuses. Exits with 1 where something differs.

One thing is asked apart: of a video that does not say its rate Qwen3's processor assumes 24 frames a second, with a warning.
Here it is refused where frames are to be sampled by a rate, so that the rate is then given as 24 to both.
"""

import functools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import types

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")

import marked_tables
from options import parsed
import torch
import transformers
from transformers.models.gemma4 import processing_gemma4, video_processing_gemma4
from transformers.models.gemma4_unified import processing_gemma4_unified, video_processing_gemma4_unified
from transformers.models.internvl import processing_internvl, video_processing_internvl
from transformers.models.llava_onevision import processing_llava_onevision, video_processing_llava_onevision
from transformers.models.qwen2_vl import processing_qwen2_vl, video_processing_qwen2_vl
from transformers.models.qwen3_vl import processing_qwen3_vl, video_processing_qwen3_vl
from transformers.models.smolvlm import processing_smolvlm, video_processing_smolvlm

torch.set_num_threads(1)
processing_smolvlm.num2words = str  # a number in words has no token of its own to count here


# What stands in a prompt for a vision token, and for a marker with a token of its own.
TOKEN, MARKER = "\ue000", "\ue001"


class Family:
    """A video processor with the processor that writes its prompt, and what their file may say."""

    def __init__(self, name, video, processor, draw, own=None):
        self.name, self.video, self.processor, self.draw, self.own = name, video, processor, draw, own or {}

    def reference(self, file, video):
        """Frames taken, tokens, and marker tokens; an exception where the processor refuses."""
        size, frames, rate = video
        processor = self.video(**{key: value for key, value in file.items() if key not in self.own})
        metadata = None if rate is None else [
            {"total_num_frames": frames, "fps": rate, "duration": frames / rate}]
        pixels = torch.empty((frames, 3, size[1], size[0]), dtype=torch.uint8, device="meta")
        inputs = processor(pixels, video_metadata=metadata, return_metadata=True, return_tensors="pt",
                           input_data_format="channels_first")
        taken = inputs["video_metadata"][0].frames_indices
        if taken is None:
            taken = inputs["video_metadata"][0].frames_indices = list(range(frames))
        # A tensor without content does not see that an index lies behind its end; one with content raises.
        if len(taken) and int(max(taken)) >= frames:
            raise IndexError("a frame behind the last")
        writer = types.SimpleNamespace(
            video_processor=processor, image_token=TOKEN, video_token=TOKEN, vision_start_token=MARKER,
            vision_end_token=MARKER, start_image_token=MARKER, end_image_token=MARKER, fake_image_token=MARKER,
            global_image_token=MARKER, boi_token=MARKER, eoi_token=MARKER, **{key: file[key] for key in self.own})
        if hasattr(self.processor, "_calculate_timestamps"):
            writer._calculate_timestamps = functools.partial(self.processor._calculate_timestamps, writer)
        count = len(taken)  # writing times fills the last pair
        text = self.processor.replace_video_token(writer, inputs, 0)
        return count, text.count(TOKEN), self.markers(text)

    def markers(self, text):
        """Tokens of the markers that are counted: those of their own, and of Qwen3's times."""
        times = re.findall(r"<[0-9.]+ seconds>", text) if self.processor is QWEN3[1] else []
        return text.count(MARKER) + sum(len(re.findall(r"\d|[<>.]| seconds", time)) for time in times)


def sampling(rng, file, most=400):
    """Some of what the sampling of frames can be told."""
    if rng.random() < 0.6:
        file["do_sample_frames"] = rng.random() < 0.8
    choice = rng.random()
    if choice < 0.3:
        file["num_frames"] = rng.randint(1, most)
    if 0.28 < choice < 0.6:
        file["fps"] = rng.choice([0.5, 1, 2, 4, round(rng.uniform(0.1, 9), 2)])
    if rng.random() < 0.2:
        file["min_frames"], file["max_frames"] = rng.randint(1, 8), rng.randint(8, 900)


def grid(rng, least, most, cap):
    file = {"patch_size": rng.choice([14, 16]), "merge_size": 2, "temporal_patch_size": rng.choice([2, 2, 2, 1, 4])}
    if rng.random() < 0.7:
        file["size"] = {"shortest_edge": rng.randint(*least), "longest_edge": rng.randint(*most)}
    if rng.random() < 0.4:
        file["cap_pixels_per_frame"] = True
        if rng.random() < 0.5:
            file["max_video_tokens"] = rng.randint(*cap)
    sampling(rng, file)
    return file


def squares(rng, key, side, **processor):
    file = {"size": {"height": side, "width": side}, **processor}
    sampling(rng, file)
    file.pop("min_frames", None), file.pop("max_frames", None)
    return file


def smolvlm(rng):
    side = rng.choice([364, 384, 512])
    file = {"max_image_size": {"longest_edge": side}, "size": {"longest_edge": side},
            "image_seq_len": rng.choice([64, 81, 169])}
    if rng.random() < 0.8:
        file["video_sampling"] = {"fps": rng.choice([1, 1, 2, 0.5]), "max_frames": rng.choice([8, 50, 64]),
                                  "video_size": {"longest_edge": side}}
    if rng.random() < 0.8:
        file["do_sample_frames"] = rng.random() < 0.8
    return file


def gemma4(rng):
    file = {}
    if rng.random() < 0.6:
        file["max_soft_tokens"] = rng.choice([70, 140, 280, 560, 1120])
    sampling(rng, file, 60)
    file.pop("min_frames", None), file.pop("max_frames", None)
    return file


def internvl(rng):
    file = squares(rng, "tile", 448, image_seq_length=256)
    if rng.random() < 0.2:
        file["initial_shift"] = False
    return file


QWEN2 = (video_processing_qwen2_vl.Qwen2VLVideoProcessor, processing_qwen2_vl.Qwen2VLProcessor)
QWEN3 = (video_processing_qwen3_vl.Qwen3VLVideoProcessor, processing_qwen3_vl.Qwen3VLProcessor)
FAMILIES = {family.name: family for family in [
    Family("qwen2-vl", *QWEN2, lambda rng: grid(rng, (784, 200_000), (200_000, 3_000_000), (1000, 200_000))),
    Family("qwen2.5-vl", *QWEN2, lambda rng: grid(rng, (784, 200_000), (200_000, 3_000_000), (1000, 200_000))),
    Family("qwen3-vl", *QWEN3, lambda rng: grid(rng, (1024, 400_000), (400_000, 60_000_000), (64, 2000))),
    Family("qwen3.5", *QWEN3, lambda rng: grid(rng, (1024, 400_000), (400_000, 60_000_000), (64, 2000))),
    Family("llava-onevision", video_processing_llava_onevision.LlavaOnevisionVideoProcessor,
           processing_llava_onevision.LlavaOnevisionProcessor,
           lambda rng: squares(rng, "image_size", 384, num_image_tokens=rng.choice([729, 576, 196, 100])),
           ["num_image_tokens"]),
    Family("smolvlm", video_processing_smolvlm.SmolVLMVideoProcessor, processing_smolvlm.SmolVLMProcessor, smolvlm,
           ["image_seq_len"]),
    Family("internvl", video_processing_internvl.InternVLVideoProcessor, processing_internvl.InternVLProcessor,
           internvl, ["image_seq_length"]),
    Family("gemma4", video_processing_gemma4.Gemma4VideoProcessor, processing_gemma4.Gemma4Processor, gemma4),
    Family("gemma4-unified", video_processing_gemma4_unified.Gemma4UnifiedVideoProcessor,
           processing_gemma4_unified.Gemma4UnifiedProcessor, gemma4),
]}


def drawn(family, index):
    """A video and a processor file of a family."""
    rng = random.Random(f"{family.name} {index}")

    def side():
        return rng.choice([int(8 * 1.0125 ** rng.randint(0, 500)), 224, 360, 480, 640, 720, 1080, 1280, 1920])
    rate = rng.choice([1, 2, 15, 23.976, 24, 25, 29.97, 30, 60, round(rng.uniform(0.3, 120), 3), None])
    frames = rng.choice([rng.randint(1, 12), rng.randint(1, 200), rng.randint(1, 5000)])
    size, file = (side(), side()), family.draw(rng)
    if rate is None and family.video is QWEN3[0] and file.get("do_sample_frames", True):
        rate = 24
    return (size, frames, rate), file


def answered(family, file, video):
    """What the framework makes of a video; None where it refuses, and why."""
    try:
        return family.reference(file, video), ""
    except (ValueError, IndexError, TypeError, ZeroDivisionError) as error:
        return None, repr(error)


def settings(family):
    """What the class's file does not say, and the model's configuration would."""
    return {"smolvlm": {"patch_size": 14, "scale_factor": 3}, "llava-onevision": {"patch_size": 14},
            "internvl": {"patch_size": 14}}.get(family.name, {})


def record(path, count=12):
    """Writes what a test compares the package with."""
    rows = []
    for family in FAMILIES.values():
        for index in range(count):
            video, file = drawn(family, index)
            theirs, _ = answered(family, file, video)
            rows.append({"family": family.name, "file": file, "set": settings(family), "size": video[0],
                         "frames": video[1], "rate": video[2], "answer": theirs})
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    about = ("Frames taken, tokens and marker tokens of random videos by the video processors of transformers "
             f"{transformers.__version__}, null where they refuse. Written by Scripts/models/videos.py --record.")
    path.write_text(f'{{"about": {json.dumps(about)},\n "rows": [\n{lines}\n]}}\n')


def ours(tool, family, file, video, folder):
    """Frames taken, tokens and markers as the tool has them; None where it refuses, and why."""
    size, frames, rate = video
    path = folder / "processor.json"
    path.write_text(json.dumps(file))
    command = [tool, "tokens", "--family", family.name, "--processor", str(path), "--video", f"{size[0]}x{size[1]}",
               "--frames", str(frames), "--format", "json"]
    for key, value in settings(family).items():
        command += ["--set", f"{key}={value}"]
    if rate is not None:
        command += ["--fps", repr(rate)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode == 65 and ("tokens.unusable-video" in answer.stderr):
        return None, answer.stderr
    answer.check_returncode()
    read = json.loads(answer.stdout)
    return (read["videos"][0]["frames_taken"], read["tokens"], read["extra_text_tokens"]), ""


def main():
    options = parsed(__doc__, FAMILIES, "FAMILY", count=(100, "videos of each family"))
    if options.record:
        return record(options.record)
    failed = 0
    print(f"{'family':20}{'videos':>10}{'equal':>10}{'refused':>10}{'different':>11}", flush=True)
    table = ["| family | videos | equal | refused | different |", "|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for name in options.kinds:
            family = FAMILIES[name]
            equal = refused = different = 0
            for index in range(options.count):
                video, file = drawn(family, index)
                theirs, why = answered(family, file, video)
                mine, reason = ours(options.tool, family, file, video, folder)
                equal += mine == theirs is not None
                refused += mine is theirs is None
                if mine != theirs:
                    different += 1
                    print(f"{name} {index}: {mine} here, {theirs} in the framework {why} {reason}\n"
                          f"  {video} {json.dumps(file)}", file=sys.stderr)
            print(f"{name:20}{options.count:>10}{equal:>10}{refused:>10}{different:>11}", flush=True)
            table.append(f"| {name} | {options.count} | {equal} | {refused} | {different} |")
            failed += different
    if options.write:
        marked_tables.write(options.write, "Scripts/models/videos.py", table)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
