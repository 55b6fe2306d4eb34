"""Gemma 4: patches padded to a budget and averaged cell by cell, or cells embedded as they are; layers of a window and
of everything with heads of their own sizes, shared keys and values, embeddings of layers, experts beside the MLP."""

import math

import torch

from tiny.base import Image, Tiny, counted, size, total

BUDGETS = (70, 140)


def text(rng, kind):
    """A language model of every mixture of what the class has."""
    keys, groups = rng.choice([1, 2]), rng.choice([1, 2, 3])
    heads, layers = 2 * keys * groups, rng.randint(3, 7)
    shared = min(rng.choice([0, 0, 1, 2, layers - 2]), layers - 2)
    kinds = [rng.choice(["sliding_attention", "sliding_attention", "full_attention"]) for _ in range(layers)]
    kinds[-1] = "full_attention"
    # A kind that shares has a layer that does not.
    own = layers - shared
    if shared:
        kinds[own - 1], kinds[own - 2] = rng.choice(
            [("full_attention", "sliding_attention"), ("sliding_attention", "full_attention")])
    config = {
        "model_type": kind, "hidden_size": rng.choice([40, 64, 72]), "num_hidden_layers": layers,
        "num_attention_heads": heads, "num_key_value_heads": keys, "head_dim": rng.choice([8, 16, 24]),
        "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
        "layer_types": kinds, "sliding_window": rng.choice([8, 33, 512]),
        "attention_k_eq_v": rng.random() < 0.5, "num_kv_shared_layers": shared,
        "use_double_wide_mlp": rng.random() < 0.5, "attention_bias": rng.random() < 0.3,
        "use_bidirectional_attention": rng.choice([None, "vision"])}
    if rng.random() < 0.7:
        config["global_head_dim"] = rng.choice([16, 32])
        config["num_global_key_value_heads"] = rng.choice([None, 2 * keys])
    else:
        config["per_layer_config"] = {
            str(layer): {"head_dim": 40, "num_key_value_heads": 2 * keys}
            for layer, kind in enumerate(kinds) if kind == "full_attention"}
    if kind == "gemma4_text":
        config.update(hidden_size_per_layer_input=rng.choice([0, 12, 16]), vocab_size_per_layer_input=320)
        if rng.random() < 0.5:
            experts = rng.choice([4, 6])
            config.update(enable_moe_block=True, num_experts=experts, top_k_experts=rng.randint(1, experts),
                          moe_intermediate_size=rng.choice([24, 40]))
    return config


def audio(rng):
    """An encoder of sound, that no image passes."""
    heads = rng.choice([1, 2])
    return {"model_type": "gemma4_audio", "hidden_size": heads * rng.choice([16, 24]), "num_attention_heads": heads,
            "num_hidden_layers": rng.randint(1, 3), "subsampling_conv_channels": rng.choice([[8, 4], [16, 8]]),
            "conv_kernel_size": rng.choice([3, 5]), "output_proj_dims": rng.choice([24, 40])}


class Soft(Tiny):
    """A type whose images are padded to a budget of tokens."""

    recorded = 8

    def __init__(self, kind, published):
        self.kind, self.published = kind, published

    def draw(self, rng):
        config = {"model_type": self.kind, "text_config": text(rng, self.kind + "_text"),
                  "tie_word_embeddings": rng.random() < 0.5, "vision_soft_tokens_per_image": rng.choice(BUDGETS),
                  "image_token_id": 5, "video_token_id": 6, "audio_token_id": 7, "boi_token_id": 8, "eoi_token_id": 9,
                  "boa_token_id": 3, "eoa_token_index": 4, "vision_config": self.encoder(rng)}
        if rng.random() < 0.5:
            config["audio_config"] = self.sound(rng)
        return config

    def sound(self, rng):
        return audio(rng)

    def encoder(self, rng):
        keys, groups = rng.choice([1, 2]), rng.choice([1, 2])
        return {"model_type": "gemma4_vision", "num_hidden_layers": rng.randint(1, 4),
                "num_attention_heads": keys * groups, "num_key_value_heads": keys, "head_dim": rng.choice([8, 16]),
                "hidden_size": rng.choice([24, 32]), "intermediate_size": rng.choice([40, 64]),
                "patch_size": rng.choice([8, 16]), "pooling_kernel_size": rng.choice([2, 3]),
                "position_embedding_size": 256, "use_clipped_linears": rng.random() < 0.5,
                "standardize": rng.random() < 0.5}

    def image(self, rng, config):
        vision, budget = config["vision_config"], config["vision_soft_tokens_per_image"]
        cell = vision["patch_size"] * vision["pooling_kernel_size"]
        width, height = rng.randint(100, 900), rng.randint(100, 900)
        factor = math.sqrt(budget * cell ** 2 / (width * height))
        rows, columns = (math.floor(factor * side / cell) for side in (height, width))
        return Image(width, height, rows * columns, {"cells": (rows, columns), "budget": budget})

    def pixels(self, model, image):
        """Patches with their positions, padded to the budget."""
        vision = model.config.vision_config
        kernel, side = vision.pooling_kernel_size, vision.patch_size
        rows, columns = (n * kernel for n in image.inputs["cells"])
        most = image.inputs["budget"] * kernel ** 2
        positions = torch.full((1, most, 2), -1)
        positions[0, :rows * columns] = torch.stack(
            [torch.arange(columns).repeat(rows), torch.arange(rows).repeat_interleave(columns)], dim=-1)
        return torch.rand(1, most, 3 * side * side), positions

    def vision(self, model, image):
        pixels, positions = self.pixels(model, image)
        counts, _ = counted(
            lambda: model.model.get_image_features(pixels, positions))
        encoder = sum(total(counts, n) for n in counts if n.endswith("vision_tower") or n == "Gemma4VisionModel")
        return encoder, total(counts) - encoder

    def language(self, model):
        language, head = super().language(model)
        # Without embeddings of layers the class fails where it cuts a prompt before layers that share; uncut every
        # layer runs on every position in any case.
        passed = 4 if self.kind == "gemma4" else 3
        language._maybe_slice_kv_shared_inputs = lambda *given, **more: given[:passed]
        return language, head

    def embedding(self, language):
        own = getattr(language, "embed_tokens_per_layer", None)
        return size(language.embed_tokens) + (size(own) if own is not None else 0)

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.embed_vision)


class Cells(Soft):
    """The type without an encoder."""

    def sound(self, rng):
        return {"model_type": "gemma4_unified_audio", "audio_embed_dim": rng.choice([24, 40])}

    def encoder(self, rng):
        width = rng.choice([24, 40])
        return {"model_type": "gemma4_unified_vision", "patch_size": rng.choice([8, 16]),
                "pooling_kernel_size": rng.choice([2, 3]), "mm_embed_dim": width, "output_proj_dims": width,
                "mm_posemb_size": 256}

    def vision(self, model, image):
        vision, budget = model.config.vision_config, image.inputs["budget"]
        positions = torch.full((1, budget, 2), -1)
        rows, columns = image.inputs["cells"]
        positions[0, :rows * columns] = torch.stack(
            [torch.arange(columns).repeat(rows), torch.arange(rows).repeat_interleave(columns)], dim=-1)
        pixels = torch.rand(1, budget, 3 * vision.model_patch_size ** 2)
        counts, _ = counted(lambda: model.model.embed_vision(pixels, positions))
        connector = sum(total(counts, n) for n in counts if n.endswith("multimodal_embedder"))
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        projector = size(model.model.embed_vision.multimodal_embedder)
        return size(model.model.embed_vision) - projector, projector


def layers(count, every):
    """Kinds of so many layers, of which one in so many attends to everything."""
    return ["sliding_attention" if (layer + 1) % every else "full_attention" for layer in range(count)]


LARGE_VISION = {
    "model_type": "gemma4_vision", "default_output_length": 280, "global_head_dim": 72, "head_dim": 72,
    "hidden_size": 1152, "intermediate_size": 4304, "num_attention_heads": 16, "num_hidden_layers": 27,
    "num_key_value_heads": 16, "patch_size": 16, "pooling_kernel_size": 3, "position_embedding_size": 10240,
    "standardize": True, "use_clipped_linears": False}
LARGE_TEXT = {
    "model_type": "gemma4_text", "attention_k_eq_v": True, "global_head_dim": 512, "head_dim": 256,
    "hidden_size_per_layer_input": 0, "num_kv_shared_layers": 0, "sliding_window": 1024,
    "use_bidirectional_attention": "vision", "use_double_wide_mlp": False, "vocab_size": 262144,
    "vocab_size_per_layer_input": 262144}
# Published configurations as far as they bear on counts.
PUBLISHED = {
    "gemma-4-e2b": ("google/gemma-4-E2B-it", {
        "architectures": ["Gemma4ForConditionalGeneration"], "model_type": "gemma4", "tie_word_embeddings": True,
        "vision_soft_tokens_per_image": 280,
        "text_config": {
            "model_type": "gemma4_text", "attention_k_eq_v": False, "enable_moe_block": False, "global_head_dim": 512,
            "head_dim": 256, "hidden_size": 1536, "hidden_size_per_layer_input": 256, "intermediate_size": 6144,
            "layer_types": layers(35, 5), "num_attention_heads": 8, "num_global_key_value_heads": None,
            "num_hidden_layers": 35, "num_key_value_heads": 1, "num_kv_shared_layers": 20, "sliding_window": 512,
            "use_bidirectional_attention": None, "use_double_wide_mlp": True, "vocab_size": 262144,
            "vocab_size_per_layer_input": 262144},
        "vision_config": {
            "model_type": "gemma4_vision", "default_output_length": 280, "global_head_dim": 64, "head_dim": 64,
            "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 16,
            "num_key_value_heads": 12, "patch_size": 16, "pooling_kernel_size": 3, "position_embedding_size": 10240,
            "standardize": False, "use_clipped_linears": True},
        "audio_config": {
            "model_type": "gemma4_audio", "attention_chunk_size": 12, "attention_context_left": 13,
            "attention_context_right": 0, "conv_kernel_size": 5, "hidden_size": 1024, "num_attention_heads": 8,
            "num_hidden_layers": 12, "output_proj_dims": 1536, "residual_weight": 0.5,
            "subsampling_conv_channels": [128, 32], "use_clipped_linears": True}}),
    "gemma-4-26b-a4b": ("google/gemma-4-26B-A4B-it", {
        "architectures": ["Gemma4ForConditionalGeneration"], "model_type": "gemma4", "tie_word_embeddings": True,
        "vision_soft_tokens_per_image": 280, "audio_config": None, "vision_config": LARGE_VISION,
        "text_config": {
            **LARGE_TEXT, "enable_moe_block": True, "hidden_size": 2816, "intermediate_size": 2112,
            "layer_types": layers(30, 6), "moe_intermediate_size": 704, "num_attention_heads": 16, "num_experts": 128,
            "num_global_key_value_heads": 2, "num_hidden_layers": 30, "num_key_value_heads": 8, "top_k_experts": 8}}),
    "gemma-4-31b": ("google/gemma-4-31B-it", {
        "architectures": ["Gemma4ForConditionalGeneration"], "model_type": "gemma4", "tie_word_embeddings": True,
        "vision_soft_tokens_per_image": 280, "audio_config": None, "vision_config": LARGE_VISION,
        "text_config": {
            **LARGE_TEXT, "enable_moe_block": False, "hidden_size": 5376, "intermediate_size": 21504,
            "layer_types": layers(60, 6), "num_attention_heads": 32, "num_global_key_value_heads": 4,
            "num_hidden_layers": 60, "num_key_value_heads": 16}}),
}

TYPES = {"gemma4": Soft("gemma4", PUBLISHED), "gemma4_unified": Cells("gemma4_unified", {})}
