"""Models with a grid of patches and an encoder and language model that other families have too."""

import torch

from tiny.base import Image, Tiny, counted, heads, rope, size, total


class Encoded(Tiny):
    """A type with an encoder and a connector apart from it."""

    # Where its patches come in: channels, frames and a square, and its patches along a token's side.
    frames = 1
    merge = 2

    def __init__(self, recorded=0, published=None):
        self.recorded, self.published = recorded, published or {}

    def image(self, rng, config):
        side, merge = self.side(config), self.merging(config)
        rows, columns = merge * rng.randint(18 // merge, 28 // merge), merge * rng.randint(18 // merge, 28 // merge)
        return Image(columns * side, rows * side, rows * columns // merge ** 2, {"grid": (rows, columns)})

    def side(self, config):
        return config["vision_config"].get("patch_size", 14)

    def merging(self, config):
        return self.merge


class Flat(Encoded):
    """A type whose file may have the language model's keys at the root. Its class then ties embedding and head whatever
    the file says; published checkpoints have a head where it says so, and are counted with it."""

    # Keys of the language model that tiny and published files have.
    TEXT = ("head_dim", "hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers",
            "num_key_value_heads", "vocab_size", "rope_parameters", "use_bias", "attention_bias")

    def build(self, config):
        if config.get("tie_word_embeddings") is False and "text_config" not in config:
            text = {key: config[key] for key in self.TEXT if key in config}
            config = {key: value for key, value in config.items() if key not in text}
            config["text_config"] = {**text, "tie_word_embeddings": False}
        return super().build(config)


class PaddleOCR(Flat):
    """PaddleOCR-VL."""

    def draw(self, rng):
        query, kv, width = heads(rng)
        text = {"hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": rng.randint(2, 5),
                "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
                "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
                "use_bias": rng.random() < 0.3, "rope_parameters": rope(width)}
        count = rng.choice([1, 2, 3])
        config = {"model_type": "paddleocr_vl", "image_token_id": 5, "video_token_id": 6, "vision_start_token_id": 7,
                  "vision_end_token_id": 8, "vision_config": {
                      "hidden_size": 16 * count, "intermediate_size": rng.choice([40, 64]), "image_size": 112,
                      "num_attention_heads": count, "num_hidden_layers": rng.randint(1, 4)}}
        ties = rng.random() < 0.5
        if rng.random() < 0.4:
            return {**config, **text, "tie_word_embeddings": ties}
        return {**config, "text_config": {**text, "tie_word_embeddings": ties}, "tie_word_embeddings": ties}

    def processor(self, config):
        return {"image_processor_type": "PaddleOCRVLImageProcessor", "min_pixels": 784, "max_pixels": 2822400}

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        pixels, grid = torch.randn(1, rows * columns, 3, 14, 14), torch.tensor([[1, rows, columns]])
        encoding, out = counted(lambda: model.model.visual(pixels, grid_thw=grid))
        connecting, _ = counted(lambda: model.model.projector(out.last_hidden_state.reshape(rows * columns, -1), grid))
        return total(encoding), total(connecting)

    def vision_parameters(self, model):
        return size(model.model.visual), size(model.model.projector)


class VideoLlama3(Encoded):
    """VideoLLaMA 3: patches of an image are not merged."""

    merge = 1

    def draw(self, rng):
        query, kv, width = heads(rng)
        text = {"model_type": "qwen2", "hidden_size": query * width, "num_hidden_layers": rng.randint(2, 5),
                "num_attention_heads": query, "num_key_value_heads": kv, "intermediate_size": rng.choice([56, 96, 130]),
                "vocab_size": rng.choice([320, 501]), "tie_word_embeddings": rng.random() < 0.3}
        count = rng.choice([1, 2, 3])
        return {"model_type": "video_llama_3", "image_token_id": 5, "video_token_id": 6, "text_config": text,
                "tie_word_embeddings": rng.random() < 0.3, "vision_config": {
                    "hidden_size": 16 * count, "intermediate_size": rng.choice([40, 64]), "patch_size": 14,
                    "num_attention_heads": count, "num_hidden_layers": rng.randint(1, 4)}}

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        pixels, grid = torch.randn(rows * columns, 3 * 14 * 14), torch.tensor([[1, rows, columns]])
        encoding, out = counted(lambda: model.model.vision_model(
            pixel_values=pixels, grid_thw=grid, merge_sizes=torch.tensor([1])))
        connecting, _ = counted(lambda: model.model.projector(out.last_hidden_state))
        return total(encoding), total(connecting)

    def vision_parameters(self, model):
        return size(model.model.vision_model), size(model.model.projector)


class HunyuanVL(Flat):
    """Hunyuan-VL: a newline behind each row of tokens."""

    def draw(self, rng):
        query, kv, width = heads(rng)
        text = {"hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": rng.randint(2, 5),
                "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
                "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
                "attention_bias": rng.random() < 0.3,
                "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [width // 8] * 4}}
        count = rng.choice([1, 2, 3])
        config = {"model_type": "hunyuan_vl", "image_token_id": 5, "im_start_id": 6, "im_end_id": 7, "im_newline_id": 8,
                  "vision_config": {
                      "hidden_size": 16 * count, "intermediate_size": rng.choice([40, 64]), "max_image_size": 128,
                      "num_attention_heads": count, "num_hidden_layers": rng.randint(1, 4)}}
        ties = rng.random() < 0.5
        if rng.random() < 0.4:
            return {**config, **text, "tie_word_embeddings": ties}
        return {**config, "text_config": {**text, "tie_word_embeddings": ties}, "tie_word_embeddings": ties}

    def image(self, rng, config):
        image = super().image(rng, config)
        image.tokens += image.inputs["grid"][0] // 2 + 2
        return image

    def side(self, config):
        return 16

    def processor(self, config):
        return {"image_processor_type": "HunYuanVLImageProcessor",
                "size": {"shortest_edge": 1024, "longest_edge": 4194304}}

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        pixels, grid = torch.randn(rows * columns, 3 * 16 * 16), torch.tensor([[1, rows, columns]])
        counts, _ = counted(lambda: model.model.vision_tower(pixels, grid_thw=grid))
        connector = sum(total(counts, n) for n in counts if n.count(".") == 1 and n.endswith(".patch_merger"))
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        merging = size(model.model.vision_tower.patch_merger)
        return size(model.model.vision_tower) - merging, merging


class Ernie(Encoded):
    """ERNIE 4.5 VL: tokens of images, which come first in the prompt here, meet experts of their own."""

    def draw(self, rng):
        query, kv, width = heads(rng)
        layers, count = rng.randint(2, 5), rng.choice([4, 6, 8])
        text = {"hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": layers,
                "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
                "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
                "use_bias": rng.random() < 0.3, "moe_num_experts": count, "moe_k": rng.randint(1, count),
                "moe_intermediate_size": [rng.choice([24, 40]), rng.choice([8, 16, 48])],
                "moe_num_shared_experts": rng.randint(0, 2),
                "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0,
                                    "mrope_section": [width // 8, width // 8, width // 2 - 2 * (width // 8)]}}
        if rng.random() < 0.5:
            text["mlp_layer_types"] = [rng.choice(["dense", "sparse", "sparse"]) for _ in range(layers)]
        count = rng.choice([1, 2, 3])
        return {"model_type": "ernie4_5_vl_moe", "text_config": text, "tie_word_embeddings": rng.random() < 0.5,
                "image_token_id": 5, "video_token_id": 6, "image_start_token_id": 7, "image_end_token_id": 8,
                "video_start_token_id": 9, "video_end_token_id": 10, "vision_config": {
                    "hidden_size": 16 * count, "num_heads": count, "depth": rng.randint(1, 4),
                    "intermediate_size": rng.choice([40, 64])}}

    def prompting(self, image, text_tokens):
        return {"moe_mm_token_type_ids": torch.tensor([[1] * image.tokens + [0] * text_tokens])}

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        pixels, grid = torch.randn(rows * columns, 3 * 14 * 14), torch.tensor([[1, rows, columns]])
        encoding, out = counted(lambda: model.model.vision_tower(pixels, grid))
        connecting, _ = counted(lambda: model.model.resampler_model(out.last_hidden_state, grid))
        return total(encoding), total(connecting)

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.resampler_model)


ERNIE = {
    "architectures": ["Ernie4_5_VLMoeForConditionalGeneration"], "model_type": "ernie4_5_vl_moe",
    "tie_word_embeddings": True,
    "text_config": {
        "model_type": "ernie4_5_vl_moe_text", "hidden_size": 2560, "intermediate_size": 12288, "moe_k": 6,
        "moe_intermediate_size": [1536, 512], "moe_num_experts": 64, "moe_num_shared_experts": 2,
        "num_attention_heads": 20, "num_hidden_layers": 28, "num_key_value_heads": 4, "use_bias": False,
        "vocab_size": 103424},
    "vision_config": {
        "model_type": "ernie4_5_vl_moe_vision", "depth": 32, "hidden_size": 1280, "intermediate_size": 5120,
        "num_heads": 16, "patch_size": 14, "spatial_merge_size": 2, "temporal_merge_size": 2}}

PADDLEOCR = {
    "architectures": ["PaddleOCRVLForConditionalGeneration"], "model_type": "paddleocr_vl", "compression_ratio": 1.0,
    "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
    "num_hidden_layers": 18, "num_key_value_heads": 2, "tie_word_embeddings": False, "use_bias": False,
    "vocab_size": 103424,
    "vision_config": {
        "model_type": "paddleocr_vl", "hidden_size": 1152, "image_size": 384, "intermediate_size": 4304,
        "num_attention_heads": 16, "num_channels": 3, "num_hidden_layers": 27, "patch_size": 14,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "tokens_per_second": 2}}

HUNYUANOCR = {
    "architectures": ["HunYuanVLForConditionalGeneration"], "model_type": "hunyuan_vl", "tie_word_embeddings": True,
    "text_config": {
        "model_type": "hunyuan_vl_text", "attention_bias": False, "head_dim": 128, "hidden_size": 1024,
        "intermediate_size": 3584, "num_attention_heads": 16, "num_hidden_layers": 24, "num_key_value_heads": 8,
        "tie_word_embeddings": True, "vocab_size": 120818},
    "vision_config": {
        "model_type": "hunyuan_vl_vision", "hidden_size": 1152, "intermediate_size": 4304, "max_image_size": 2048,
        "num_attention_heads": 16, "num_channels": 3, "num_hidden_layers": 27, "patch_size": 16,
        "spatial_merge_size": 2}}

TYPES = {
    "paddleocr_vl": PaddleOCR(3, {"paddleocr-vl-0.9b": ("PaddlePaddle/PaddleOCR-VL", PADDLEOCR)}),
    "ernie4_5_vl_moe": Ernie(4, {"ernie-4.5-vl-28b-a3b": ("baidu/ERNIE-4.5-VL-28B-A3B-PT", ERNIE)}),
    "video_llama_3": VideoLlama3(2),
    "hunyuan_vl": HunyuanVL(3, {"hunyuan-ocr-1b": ("tencent/HunyuanOCR", HUNYUANOCR)}),
}
