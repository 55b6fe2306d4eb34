"""Qwen2-VL to Qwen3.6: grids of patches that a merger joins four by four."""

import torch

from tiny.base import Image, Tiny, counted, experts, heads, rope, size, total

CHUNK = 64
MERGE = 2


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



class Grid(Tiny):
    """A type whose encoder is called `visual` and has its mergers within."""

    def __init__(self, draw, beside=None, recorded=0, published=None):
        self.draw, self.recorded, self.published = draw, recorded, published or {}
        if beside:
            self.beside = beside

    def image(self, rng, config):
        rows, columns = 2 * rng.randint(9, 14), 2 * rng.randint(9, 14)
        side = config["vision_config"].get("patch_size") or (16 if "qwen3" in config["model_type"] else 14)
        return Image(columns * side, rows * side, rows * columns // MERGE ** 2, {"grid": (rows, columns)})

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        groups = image.inputs.get("groups", 1)  # of a video's frames
        patch = model.config.vision_config.patch_size
        pixels = torch.randn(groups * rows * columns, 3 * 2 * patch * patch)
        counts, _ = counted(lambda: model.model.visual(pixels, grid_thw=torch.tensor([[groups, rows, columns]])))
        mergers = [n for n in counts if "." in n and ".merger" in "." + n.split(".", 1)[1] and n.count(".") == 1]
        mergers += [n for n in counts if "merger_list." in n and n.count(".") == 2]
        connector = sum(total(counts, name) for name in mergers)
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        visual = model.model.visual
        merging = sum(size(m) for n, m in visual.named_children() if "merger" in n)
        return size(visual) - merging, merging


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

TYPES = {
    "qwen2_vl": Grid(qwen2_vl),
    "qwen2_5_vl": Grid(qwen2_5_vl),
    "qwen3_vl": Grid(qwen3_vl),
    "qwen3_vl_moe": Grid(lambda rng: qwen3_vl(rng, moe=True)),
    "qwen3_5": Grid(qwen3_5, gated_delta, 8, {"qwen3.5-27b": PUBLISHED["qwen3.5-27b"]}),
    "qwen3_5_moe": Grid(
        lambda rng: qwen3_5(rng, moe=True), gated_delta, 8, {"qwen3.5-35b-a3b": PUBLISHED["qwen3.5-35b-a3b"]}),
}
