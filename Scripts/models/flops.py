#!/usr/bin/env python3
"""FLOPs and parameters of tiny random models, ours beside the framework's own counter.

    make check-flops [COUNT=60] [TYPES="qwen3_5 qwen3_5_moe"], or flops.py --tool TOOL [--count N] [TYPE ...]

For every model type below so many configurations are drawn from a seeded generator: grouped heads, odd sizes, heads
of sizes of their own, mixed kinds of layers, tied heads. Each is built by its class with random weights, run on an image
and a prompt under torch's FlopCounterMode, one decoded token more, and counted by `token-budget import` and
`cost --format json`. Every part must be equal to the last operation, and every part's parameters to the last one.
Exits with 1 where something differs, and writes the configuration that does beside the message.

What the counter does not see, or sees of padding, stands beside each type in `TYPES`.
"""

import argparse
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
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForImageTextToText, DynamicCache, masking_utils

torch.set_num_threads(1)
# A mask is never a product; whether it is trivial is never asked.
masking_utils._ignore_bidirectional_mask_sdpa = lambda *args, **kwargs: False

CHUNK = 64
MERGE = 2


def heads(rng):
    """Query heads, key and value heads, and the width of one."""
    groups = rng.choice([1, 2, 3])
    kv = rng.choice([1, 2, 4])
    return kv * groups, kv, rng.choice([8, 16, 24, 40])


def rope(width, **more):
    """Rotary settings for three axes on heads of some width."""
    section = [width // 2 - 2 * (width // 8), width // 8, width // 8]
    return {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": section, **more}


def qwen_text(rng, kind, **more):
    """The language model of a Qwen vision-language model."""
    query, kv, width = heads(rng)
    return {"model_type": kind, "hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": rng.randint(2, 5),
            "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
            "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
            "rope_parameters": rope(width), **more}


def wrapped(rng, kind, text, vision):
    """A whole configuration from its two parts."""
    return {"model_type": kind, "text_config": text, "vision_config": vision,
            "tie_word_embeddings": rng.random() < 0.5, "image_token_id": 5, "video_token_id": 6,
            "vision_start_token_id": 7, "vision_end_token_id": 8}


def qwen2_vl(rng):
    text = qwen_text(rng, "qwen2_vl_text")
    # This class divides the hidden size by the heads.
    text["hidden_size"] = text["num_attention_heads"] * text.pop("head_dim")
    count = rng.choice([1, 2, 3])
    return wrapped(rng, "qwen2_vl", text, {
        "depth": rng.randint(1, 4), "embed_dim": 16 * count, "num_heads": count, "mlp_ratio": rng.choice([2, 4]),
        "hidden_size": text["hidden_size"]})


def qwen2_5_vl(rng):
    text = qwen_text(rng, "qwen2_5_vl_text")
    text["hidden_size"] = text["num_attention_heads"] * text.pop("head_dim")
    count, depth = rng.choice([1, 2, 3]), rng.randint(1, 4)
    return wrapped(rng, "qwen2_5_vl", text, {
        "depth": depth, "hidden_size": 16 * count, "num_heads": count, "intermediate_size": rng.choice([40, 64]),
        "out_hidden_size": text["hidden_size"], "fullatt_block_indexes": sorted(rng.sample(range(depth), rng.randint(0, depth)))})


def grid16(rng, text, **more):
    """The encoder that Qwen3-VL and 3.5 share."""
    count = rng.choice([1, 2, 3])
    return {"depth": rng.randint(2, 4), "hidden_size": count * rng.choice([16, 24]), "num_heads": count,
            "intermediate_size": rng.choice([40, 64]), "out_hidden_size": text["hidden_size"],
            "num_position_embeddings": 144, **more}


def experts(rng):
    """A mixture of experts."""
    count = rng.choice([4, 6, 8])
    return {"num_experts": count, "num_experts_per_tok": rng.randint(1, count),
            "moe_intermediate_size": rng.choice([24, 40])}


def qwen3_vl(rng, moe=False):
    kind = "qwen3_vl_moe" if moe else "qwen3_vl"
    text = qwen_text(rng, kind + "_text", **(experts(rng) if moe else {}))
    text["rope_parameters"]["mrope_interleaved"] = True
    if moe:
        text["mlp_only_layers"] = rng.sample(range(text["num_hidden_layers"]), rng.randint(0, 1))
    return wrapped(rng, kind, text, grid16(rng, text, deepstack_visual_indexes=rng.choice([[0], [1], [0, 1]])))


def qwen3_5(rng, moe=False):
    """Layers of linear attention among full ones."""
    kind = "qwen3_5_moe" if moe else "qwen3_5"
    text = qwen_text(rng, kind + "_text")
    width, layers, keys = text["head_dim"], text["num_hidden_layers"], rng.choice([1, 2, 3])
    text["rope_parameters"].update(partial_rotary_factor=1.0, mrope_interleaved=True)
    kinds = [rng.choice(["linear_attention", "linear_attention", "full_attention"]) for _ in range(layers)]
    # The framework finds the length of its cache by a layer of full attention.
    kinds[rng.randrange(layers)] = "full_attention"
    text.update(layer_types=kinds, linear_num_key_heads=keys, linear_num_value_heads=keys * rng.choice([1, 2, 4]),
                linear_key_head_dim=rng.choice([8, 16, 20]), linear_value_head_dim=rng.choice([8, 12, 16]),
                linear_conv_kernel_dim=rng.choice([2, 4]))
    if moe:
        del text["intermediate_size"]
        text.update(experts(rng), shared_expert_intermediate_size=rng.choice([16, 48]))
    return wrapped(rng, kind, text, grid16(rng, text))


def nothing(config, tokens):
    """The counter sees what is counted."""
    return {}


def gated_delta(config, tokens):
    """What the counter sees of the gated delta rule beside our convention: whole chunks, triangular systems and the
    recurrent form not at all, the convolution over the zeros behind a prompt, and twice for a decoded token."""
    text = config["text_config"]
    layers = sum(kind == "linear_attention" for kind in text["layer_types"])
    key, value = text["linear_key_head_dim"], text["linear_value_head_dim"]
    count, kernel = text["linear_num_value_heads"], text["linear_conv_kernel_dim"]
    convolution = 2 * layers * (2 * text["linear_num_key_heads"] * key + count * value) * kernel
    state = 3 * key * value
    whole = -(-tokens // CHUNK) * CHUNK
    return {"prefill_attention": 2 * layers * count * (
                whole * (CHUNK * (2 * key + value) + state) - tokens * (CHUNK * (3 * key + 2 * value) + state)),
            "prefill_linear": convolution * (kernel - 1), "decode_step_attention": -2 * layers * count * state,
            "decode_step_linear": convolution}


# By model type: how a configuration is drawn, and what the counter sees beside our convention.
TYPES = {
    "qwen2_vl": (qwen2_vl, nothing),
    "qwen2_5_vl": (qwen2_5_vl, nothing),
    "qwen3_vl": (qwen3_vl, nothing),
    "qwen3_vl_moe": (lambda rng: qwen3_vl(rng, moe=True), nothing),
    "qwen3_5": (qwen3_5, gated_delta),
    "qwen3_5_moe": (lambda rng: qwen3_5(rng, moe=True), gated_delta),
}


def counted(run):
    """FLOPs of a run by module and operation, and what it returned."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        result = run()
    return {name: {str(op): n for op, n in ops.items()} for name, ops in counter.get_flop_counts().items()}, result


def total(counts, name="Global", only=None):
    """All of a module's operations, or those whose name holds a word."""
    return sum(n for op, n in counts.get(name, {}).items() if only is None or only in op)


def reference(config, grid, text_tokens):
    """Every part as the framework's counter has it."""
    torch.manual_seed(0)
    settings = AutoConfig.for_model(**config)
    model = AutoModelForImageTextToText.from_config(
        settings, attn_implementation="eager", experts_implementation="eager").eval()
    inner = model.model
    patch = settings.vision_config.patch_size
    pixels = torch.randn(grid[0] * grid[1], 3 * 2 * patch * patch)
    counts, _ = counted(lambda: inner.visual(pixels, grid_thw=torch.tensor([[1, *grid]])))
    mergers = [n for n in counts if "." in n and ".merger" in "." + n.split(".", 1)[1] and n.count(".") == 1]
    mergers += [n for n in counts if "deepstack_merger_list." in n and n.count(".") == 2]
    connector = sum(total(counts, name) for name in mergers)
    tokens = grid[0] * grid[1] // MERGE ** 2 + text_tokens
    language = inner.language_model
    cache = DynamicCache(config=settings.get_text_config())
    ids = torch.randint(10, 300, (1, tokens))
    prefill, _ = counted(lambda: language(input_ids=ids, cache=cache, use_cache=True))
    step, out = counted(lambda: language(input_ids=ids[:, :1], cache=cache, use_cache=True))
    head, _ = counted(lambda: model.lm_head(out.last_hidden_state))
    # The rotary table is a product in the framework; it is of no weights and no pair.
    rotary = lambda counts: sum(total(counts, n) for n in counts if n.endswith("rotary_emb"))
    size = lambda module: sum(p.numel() for p in module.parameters())
    merging = sum(size(m) for n, m in inner.visual.named_children() if "merger" in n)
    return {
        "vision_encoder": total(counts) - connector, "connector": connector,
        "prefill_attention": total(prefill, only="bmm") - rotary(prefill),
        "prefill_linear": total(prefill) - total(prefill, only="bmm"),
        "decode_step_attention": total(step, only="bmm") - rotary(step),
        "decode_step_linear": total(step) - total(step, only="bmm"), "lm_head_last": total(head),
    }, {
        "vision_encoder": size(inner.visual) - merging, "connector": merging,
        "total": sum(p.numel() for p in model.parameters()),
    }


def ours(tool, config, grid, text_tokens, folder):
    """Every part as the tool has it."""
    published = folder / "config.json"
    published.write_text(json.dumps(config, indent=1))
    subprocess.run([tool, "import", str(published), "-o", str(folder / "model.yaml")], check=True,
                   stderr=subprocess.PIPE, text=True)
    side = config["vision_config"].get("patch_size") or (16 if "qwen3" in config["model_type"] else 14)
    answer = subprocess.run(
        [tool, "cost", "--cost", str(folder / "model.yaml"), "--image", f"{grid[1] * side}x{grid[0] * side}",
         "--text-tokens", str(text_tokens), "--output-tokens", "2", "--format", "json"],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    read = json.loads(answer.stdout)
    (folder / "model.yaml").unlink()
    return read["flops"], read["parameters"]


# Published configurations whose layers come in kinds that no other family has, as far as they bear on counts.
PUBLISHED = {
    "qwen3.5-27b": ("Qwen/Qwen3.5-27B", {
        "architectures": ["Qwen3_5ForConditionalGeneration"], "model_type": "qwen3_5", "tie_word_embeddings": False,
        "text_config": {
            "model_type": "qwen3_5_text", "attn_output_gate": True, "full_attention_interval": 4, "head_dim": 256,
            "hidden_size": 5120, "intermediate_size": 17408, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
            "linear_num_key_heads": 16, "linear_num_value_heads": 48, "linear_value_head_dim": 128,
            "mamba_ssm_dtype": "float32", "num_attention_heads": 24, "num_hidden_layers": 64,
            "num_key_value_heads": 4, "vocab_size": 248320},
        "vision_config": {
            "model_type": "qwen3_5", "depth": 27, "hidden_size": 1152, "in_channels": 3, "intermediate_size": 4304,
            "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 5120, "patch_size": 16,
            "spatial_merge_size": 2, "temporal_patch_size": 2}}),
    "qwen3.5-35b-a3b": ("Qwen/Qwen3.5-35B-A3B", {
        "architectures": ["Qwen3_5MoeForConditionalGeneration"], "model_type": "qwen3_5_moe",
        "tie_word_embeddings": False,
        "text_config": {
            "model_type": "qwen3_5_moe_text", "attn_output_gate": True, "full_attention_interval": 4, "head_dim": 256,
            "hidden_size": 2048, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_num_key_heads": 16,
            "linear_num_value_heads": 32, "linear_value_head_dim": 128, "mamba_ssm_dtype": "float32",
            "moe_intermediate_size": 512, "num_attention_heads": 16, "num_experts": 256, "num_experts_per_tok": 8,
            "num_hidden_layers": 40, "num_key_value_heads": 2, "shared_expert_intermediate_size": 512,
            "vocab_size": 248320},
        "vision_config": {
            "model_type": "qwen3_5_moe", "depth": 27, "hidden_size": 1152, "in_channels": 3,
            "intermediate_size": 4304, "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 2048,
            "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2}}),
}
# Types whose first configurations a test of the package repeats.
RECORDED = ["qwen3_5", "qwen3_5_moe"]


def drawn(kind, index):
    """A configuration of a type with an image's grid of patches and a number of text tokens."""
    rng = random.Random(f"{kind} {index}")
    config = TYPES[kind][0](rng)
    grid = (2 * rng.randint(9, 14), 2 * rng.randint(9, 14))
    return config, grid, rng.choice([1, 17, 64, 130])


def record(path):
    """Writes what a test compares the package with."""
    tiny = []
    for kind in RECORDED:
        for index in range(8):
            config, grid, text_tokens = drawn(kind, index)
            flops, parameters = reference(config, grid, text_tokens)
            tokens = grid[0] * grid[1] // MERGE ** 2 + text_tokens
            tiny.append({"type": kind, "config": config, "grid": grid, "text_tokens": text_tokens,
                         "counted": flops, "beside_convention": TYPES[kind][1](config, tokens),
                         "parameters": parameters})
    published = {}
    for name, (repository, config) in PUBLISHED.items():
        with torch.device("meta"):
            model = AutoModelForImageTextToText.from_config(AutoConfig.for_model(**json.loads(json.dumps(config))))
        size = lambda module: sum(p.numel() for p in module.parameters())
        visual, language = model.model.visual, model.model.language_model
        published[name] = {"hf_repo": repository, "config": config, "params": {
            "total": size(model), "connector": size(visual.merger), "vision_encoder": size(visual) - size(visual.merger),
            "embed_tokens": size(language.embed_tokens), "lm_head": size(model.lm_head),
            "llm_without_embeddings_and_head": size(language) - size(language.embed_tokens), "other": 0}}
    path.write_text(json.dumps({
        "about": "Operations of tiny random models as torch.utils.flop_counter.FlopCounterMode counts them, and parameters "
                 "of published ones. Written by Scripts/models/flops.py --record; torch "
                 f"{torch.__version__.split('+')[0]}, transformers {transformers.__version__}. counted = ours + "
                 "beside_convention.",
        "models": published, "records": [], "tiny": tiny}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("types", nargs="*", metavar="TYPE", help=", ".join(TYPES))
    parser.add_argument("--tool", help="the built token-budget")
    parser.add_argument("--record", type=pathlib.Path, metavar="FILE", help="write what a test repeats, and end")
    parser.add_argument("--count", type=int, default=60, help="configurations of each type")
    options = parser.parse_args()
    if options.record:
        return record(options.record)
    if not options.tool:
        parser.error("--tool is needed")
    for kind in options.types:
        if kind not in TYPES:
            parser.error(f"no type is called '{kind}': {', '.join(TYPES)}")
    failed = 0
    print(f"{'type':16}{'configurations':>16}{'parts equal':>13}{'different':>11}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind in options.types or TYPES:
            seen = TYPES[kind][1]
            equal = different = 0
            for index in range(options.count):
                config, grid, text_tokens = drawn(kind, index)
                try:
                    mine, parameters = ours(options.tool, config, grid, text_tokens, folder)
                except subprocess.CalledProcessError as error:
                    print(f"{kind} {index}: {error.stderr}\n{json.dumps(config)}", file=sys.stderr)
                    different += 1
                    continue
                flops, counts = reference(config, grid, text_tokens)
                beside = seen(config, grid[0] * grid[1] // MERGE ** 2 + text_tokens)
                wrong = [f"{part}: {mine[part]} here, {count} counted" for part, count in flops.items()
                         if mine[part] + beside.get(part, 0) != count]
                wrong += [f"{part} has {parameters[part]} parameters here, {count} in the framework"
                          for part, count in counts.items() if parameters[part] != count]
                equal += len(flops) + len(counts) - len(wrong)
                different += len(wrong)
                if wrong:
                    print(f"{kind} {index}: " + "; ".join(wrong) + "\n" + json.dumps(config), file=sys.stderr)
            print(f"{kind:16}{options.count:>16}{equal:>13,}{different:>11}", flush=True)
            failed += different
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
