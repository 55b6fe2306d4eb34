"""Gemma 3, ShieldGemma 2 and PaliGemma: a square image through SigLIP, its patches averaged or taken as they are."""

import torch

from tiny.base import Image, Tiny, counted, heads, size, total


def text(rng, kind):
    query, kv, width = heads(rng)
    layers = rng.randint(2, 7)
    config = {"model_type": kind, "hidden_size": query * rng.choice([8, 12, 24]), "num_hidden_layers": layers,
              "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
              "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
              "attention_bias": rng.random() < 0.3}
    if kind != "gemma":
        config["sliding_window"] = rng.choice([8, 33, 512])
        if rng.random() < 0.5:
            # Every kind is there: others have no mask.
            kinds = [rng.choice(["sliding_attention", "full_attention"]) for _ in range(layers)]
            kinds[:2] = ["sliding_attention", "full_attention"]
            config["layer_types"] = kinds
    return config


class Square(Tiny):
    """A type whose images are one square each."""

    recorded = 4

    def __init__(self, kind, kinds, pools):
        self.kind, self.kinds, self.pools = kind, kinds, pools

    def draw(self, rng):
        count, side = rng.choice([1, 2, 3]), rng.choice([4, 8])
        language = text(rng, rng.choice(self.kinds))
        config = {"model_type": self.kind, "text_config": language, "image_token_index": 5, "boi_token_index": 6,
                  "eoi_token_index": 7, "vision_config": {
                      "model_type": "siglip_vision_model", "hidden_size": 16 * count, "num_attention_heads": count,
                      "num_hidden_layers": rng.randint(1, 4), "intermediate_size": rng.choice([40, 64]),
                      "patch_size": 7, "image_size": 7 * side, "vision_use_head": rng.random() < 0.5}}
        for part in (config, language):
            if rng.random() < 0.6:
                part["tie_word_embeddings"] = rng.random() < 0.5
        if self.pools:
            config["mm_tokens_per_image"] = rng.choice([4, 16])
        else:
            config["projection_dim"] = language["hidden_size"]
        return config

    def image(self, rng, config):
        vision = config["vision_config"]
        side = vision["image_size"] // vision["patch_size"]
        return Image(rng.randint(100, 900), rng.randint(100, 900), config.get("mm_tokens_per_image", side * side))

    def vision(self, model, image):
        side = model.config.vision_config.image_size
        counts, _ = counted(lambda: model.model.get_image_features(torch.zeros(1, 3, side, side)))
        # The counter calls a module by its class where it is run by itself.
        connector = sum(total(counts, n) for n in counts if n.endswith("MultiModalProjector"))
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.multi_modal_projector)


TYPES = {"gemma3": Square("gemma3", ["gemma3_text"], True), "shieldgemma2": Square("shieldgemma2", ["gemma3_text"], True),
         "paligemma": Square("paligemma", ["gemma", "gemma2"], False)}
