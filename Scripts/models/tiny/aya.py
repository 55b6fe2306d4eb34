"""Aya Vision and Command A Vision: SigLIP, a gated connector on merged patches, and Cohere's language models."""

import torch

from tiny.base import Image, heads
from tiny.renamed import Squares, vision


def text(rng, kind):
    """A language model of Cohere's."""
    query, kv, width = heads(rng)
    config = {"model_type": kind, "hidden_size": query * width, "num_hidden_layers": rng.randint(1, 6),
              "num_attention_heads": query, "num_key_value_heads": kv, "intermediate_size": rng.choice([56, 96, 130]),
              "vocab_size": rng.choice([320, 501]), "attention_bias": rng.random() < 0.5}
    if rng.random() < 0.5:
        config["head_dim"] = rng.choice([8, 16, 24])
    if rng.random() < 0.5:
        config["tie_word_embeddings"] = rng.random() < 0.5
    if kind == "cohere":
        config["use_qk_norm"] = rng.random() < 0.5
    else:
        config["sliding_window"] = rng.choice([8, 32, 4096])
        if rng.random() < 0.5:
            config["sliding_window_pattern"] = rng.randint(1, 4)
        elif rng.random() < 0.5:
            config["layer_types"] = [rng.choice(["sliding_attention", "full_attention"])
                                     for _ in range(config["num_hidden_layers"])]
    return config


class Aya(Squares):
    """Either of them, on an image that is one tile."""

    recorded = 4

    def __init__(self, kind, patch):
        super().__init__(kind)
        self.PATCH = patch

    def draw(self, rng):
        factor = rng.choice([1, 2, 2, 3])
        side = self.PATCH * factor * rng.randint(2, 5)
        eyes = vision(rng, "siglip_vision_model", self.PATCH, side)
        if rng.random() < 0.5:
            eyes["vision_use_head"] = False
        config = {"model_type": self.kind, "image_token_id": 5, "downsample_factor": factor, "vision_config": eyes,
                  "text_config": text(rng, rng.choice(["cohere", "cohere2", "cohere2"]))}
        if self.kind == "cohere2_vision" or rng.random() < 0.7:
            config["alignment_intermediate_size"] = rng.choice([48, 90, 128])
        if rng.random() < 0.5:
            config["tie_word_embeddings"] = rng.random() < 0.5
        return config

    def processor(self, config):
        name = "GotOcr2ImageProcessor" if self.kind == "aya_vision" else "Cohere2VisionImageProcessor"
        side = self.side(config)
        whole = "AyaVisionProcessor" if self.kind == "aya_vision" else "Cohere2VisionProcessor"
        return {"processor_class": whole, "image_processor_type": name, "size": {"height": side, "width": side}, "max_patches": 1,
                "min_patches": 1, "patch_size": self.PATCH, "downsample_factor": config["downsample_factor"]}

    def image(self, rng, config):
        side = rng.randint(20, 400)
        return Image(side, side, (self.side(config) // self.PATCH // config["downsample_factor"]) ** 2)

    def inputs(self, model, image):
        side = model.config.vision_config.image_size
        return {"pixel_values": torch.randn(1, 3, side, side)}


TYPES = {"aya_vision": Aya("aya_vision", 14), "cohere2_vision": Aya("cohere2_vision", 16)}
