"""Types that are forms of others under names of their own: ViP-LLaVA, LLaVA-NeXT-Video, Qianfan-OCR, ShieldGemma 2 and
Cosmos 3's reasoner; and the types that they are forms of."""

import torch

from tiny.base import Image, Tiny, counted, heads, size, total
from tiny.qwen import Grid, qwen3_vl


def text(rng, kind, **more):
    query, kv, width = heads(rng)
    return {"model_type": kind, "hidden_size": query * width, "num_hidden_layers": rng.randint(1, 4),
            "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
            "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
            "tie_word_embeddings": False, **more}


def vision(rng, kind, patch, side, **more):
    count = rng.choice([1, 2, 3])
    return {"model_type": kind, "hidden_size": 16 * count, "num_attention_heads": count,
            "num_hidden_layers": rng.randint(2, 5), "intermediate_size": rng.choice([40, 64]), "patch_size": patch,
            "image_size": side, **more}


class Squares(Tiny):
    """A type whose encoder takes squares, and whose projector stands beside it."""

    PATCH = 14
    recorded = 2

    def __init__(self, kind):
        self.kind = kind

    def draw(self, rng):
        side = self.PATCH * 2 * rng.randint(2, 5)
        config = {"model_type": self.kind, "image_token_id": 5, "image_token_index": 5, "tie_word_embeddings": False,
                  **self.parts(rng, side)}
        return config

    def vision(self, model, image):
        counts, _ = counted(lambda: model.model.get_image_features(**self.inputs(model, image)))
        # What is run beside the whole model stands under the name of its class.
        connector = sum(total(counts, n) for n in counts if n.endswith("MultiModalProjector"))
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        parts = dict(model.model.named_children())
        connector = size(parts["multi_modal_projector"])
        if hasattr(model.model, "image_newline"):
            connector += model.model.image_newline.numel()
        return size(parts["vision_tower"]), connector

    def side(self, config):
        return config["vision_config"]["image_size"]


class Llava(Squares):
    """LLaVA 1.5 and ViP-LLaVA."""

    def parts(self, rng, side):
        eyes = vision(rng, "clip_vision_model", self.PATCH, side)
        layers = eyes["num_hidden_layers"]
        chosen = [rng.randint(-layers, -1) for _ in range(rng.randint(2, 5))]
        return {"text_config": text(rng, "llama"), "vision_config": eyes,
                "vision_feature_layer": chosen if self.kind == "vipllava" else -2}

    def image(self, rng, config):
        return Image(rng.randint(20, 400), rng.randint(20, 400), (self.side(config) // self.PATCH) ** 2)

    def inputs(self, model, image):
        side = model.config.vision_config.image_size
        return {"pixel_values": torch.randn(1, 3, side, side)}


class Next(Llava):
    """LLaVA-NeXT and LLaVA-NeXT-Video, on an image that is as large as a grid of tiles."""

    def parts(self, rng, side):
        rows, columns = rng.randint(1, 3), rng.randint(1, 3)
        return super().parts(rng, side) | {"image_grid_pinpoints": [[rows * side, columns * side]]}

    def image(self, rng, config):
        side = self.side(config)
        height, width = config["image_grid_pinpoints"][0]
        patches, rows, columns = side // self.PATCH, height // self.PATCH, width // self.PATCH
        return Image(width, height, patches ** 2 + rows * columns + rows, {"tiles": height * width // side ** 2 + 1})

    def inputs(self, model, image):
        side = model.config.vision_config.image_size
        return {"pixel_values": torch.randn(1, image.inputs["tiles"], 3, side, side),
                "image_sizes": torch.tensor([[image.height, image.width]])}


class InternVL(Squares):
    """InternVL and Qianfan-OCR, on an image that is one tile."""

    def parts(self, rng, side):
        kind, words = ("internvl_vision", "qwen2") if self.kind == "internvl" else ("qianfan_ocr_vision", "qwen3")
        more = {"attention_bias": rng.random() < 0.5, "use_qk_norm": rng.random() < 0.5}
        eyes = vision(rng, kind, [self.PATCH] * 2, [side] * 2, **more)
        language = text(rng, words)
        if words == "qwen2":
            del language["head_dim"]
        return {"text_config": language, "vision_config": eyes, "downsample_ratio": 0.5,
                "image_seq_length": (side // self.PATCH // 2) ** 2}

    def processor(self, config):
        side = self.side(config)[0]
        return {"image_processor_type": "GotOcr2ImageProcessor", "size": {"height": side, "width": side},
                "image_seq_length": config["image_seq_length"], "max_patches": 1}

    def image(self, rng, config):
        side = rng.randint(20, 400)
        return Image(side, side, config["image_seq_length"])

    def inputs(self, model, image):
        side = model.config.vision_config.image_size[0]
        return {"pixel_values": torch.randn(1, 3, side, side)}


class Gemma3(Squares):
    """Gemma 3 and ShieldGemma 2."""

    def parts(self, rng, side):
        eyes = vision(rng, "siglip_vision_model", self.PATCH, side, vision_use_head=False)
        language = text(rng, "gemma3_text", sliding_window=rng.choice([16, 4096]))
        return {"text_config": language, "vision_config": eyes, "mm_tokens_per_image": (side // self.PATCH // 2) ** 2}

    def image(self, rng, config):
        return Image(rng.randint(20, 400), rng.randint(20, 400), config["mm_tokens_per_image"])

    def inputs(self, model, image):
        side = model.config.vision_config.image_size
        return {"pixel_values": torch.randn(1, 3, side, side)}


class Reasoner(Grid):
    """Cosmos 3's reasoner: Qwen3-VL by another name."""

    def __init__(self):
        super().__init__(lambda rng: qwen3_vl(rng) | {"model_type": "cosmos3_omni"}, recorded=2)

    def image(self, rng, config):
        return super().image(rng, config | {"model_type": "qwen3_vl"})


TYPES = {
    "llava": Llava("llava"), "vipllava": Llava("vipllava"), "llava_next": Next("llava_next"),
    "llava_next_video": Next("llava_next_video"), "internvl": InternVL("internvl"),
    "qianfan_ocr": InternVL("qianfan_ocr"), "gemma3": Gemma3("gemma3"), "shieldgemma2": Gemma3("shieldgemma2"),
    "cosmos3_omni": Reasoner(),
}
