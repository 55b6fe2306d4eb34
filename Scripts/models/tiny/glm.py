"""GLM-4.1V, 4.5V, 4.6V and GLM-OCR: a convolution and a gated merger behind the encoder."""

import torch

from tiny.base import Image, Tiny, counted, heads, rope, size, total

MERGE = 2


def text(rng, kind):
    """A language model of these."""
    query, kv, width = heads(rng)
    config = {"model_type": kind, "hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": rng.randint(2, 5),
              "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
              "intermediate_size": rng.choice([56, 96, 130]), "vocab_size": rng.choice([320, 501]),
              "rope_parameters": rope(width, partial_rotary_factor=1.0)}
    if kind == "glm4v_text":
        # This class divides the hidden size by the heads.
        config["hidden_size"] = query * config.pop("head_dim")
    if kind == "glm4v_moe_text":
        count = rng.choice([4, 6, 8])
        config.update(n_routed_experts=count, num_experts_per_tok=rng.randint(1, count), n_group=1, topk_group=1,
                      moe_intermediate_size=rng.choice([24, 40]), n_shared_experts=rng.randint(1, 3),
                      first_k_dense_replace=rng.randint(0, 3), attention_bias=rng.random() < 0.5)
    return config


def drawing(kind, text_kind, vision_kind):
    """How configurations of a type are drawn."""
    def draw(rng):
        words = text(rng, text_kind)
        count = rng.choice([1, 2, 3])
        vision = {"model_type": vision_kind, "depth": rng.randint(1, 4), "hidden_size": count * rng.choice([16, 32]),
                  "num_heads": count, "intermediate_size": rng.choice([40, 64, 88]),
                  "out_hidden_size": words["hidden_size"], "image_size": rng.choice([56, 112, 150]),
                  "attention_bias": rng.random() < 0.5}
        return {"model_type": kind, "text_config": words, "vision_config": vision, "image_token_id": 5,
                "video_token_id": 6, "image_start_token_id": 7, "image_end_token_id": 8, "video_start_token_id": 9,
                "video_end_token_id": 10, "tie_word_embeddings": rng.random() < 0.5}
    return draw


class Glm(Tiny):
    """A type whose encoder has the convolution and the merger within."""

    def __init__(self, kind, text_kind, vision_kind, recorded=0, published=None):
        self.draw, self.recorded = drawing(kind, text_kind, vision_kind), recorded
        self.published = published or {}

    def image(self, rng, config):
        rows, columns = 2 * rng.randint(9, 14), 2 * rng.randint(9, 14)
        return Image(columns * 14, rows * 14, rows * columns // MERGE ** 2, {"grid": (rows, columns)})

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        pixels = torch.randn(rows * columns, 3 * 2 * 14 * 14)
        counts, _ = counted(lambda: model.model.visual(pixels, grid_thw=torch.tensor([[1, rows, columns]])))
        connector = sum(total(counts, n) for n in counts if n.count(".") == 1 and n.endswith((".downsample", ".merger")))
        return total(counts) - connector, connector

    def vision_parameters(self, model):
        visual = model.model.visual
        merging = size(visual.downsample) + size(visual.merger)
        return size(visual) - merging, merging


PUBLISHED = {
    "glm-4.1v-9b": ("zai-org/GLM-4.1V-9B-Thinking", {
        "architectures": ["Glm4vForConditionalGeneration"], "model_type": "glm4v", "tie_word_embeddings": False,
        "text_config": {
            "model_type": "glm4v_text", "hidden_size": 4096, "intermediate_size": 13696, "num_attention_heads": 32,
            "num_hidden_layers": 40, "num_key_value_heads": 2, "partial_rotary_factor": 0.5, "vocab_size": 151552},
        "vision_config": {
            "model_type": "glm4v_vision", "attention_bias": False, "depth": 24, "hidden_size": 1536,
            "image_size": 336, "in_channels": 3, "intermediate_size": 13696, "num_heads": 12, "out_hidden_size": 4096,
            "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2}}),
    "glm-ocr": ("zai-org/GLM-OCR", {
        "architectures": ["GlmOcrForConditionalGeneration"], "model_type": "glm_ocr",
        "text_config": {
            "model_type": "glm_ocr_text", "attention_bias": False, "head_dim": 128, "hidden_size": 1536,
            "intermediate_size": 4608, "num_attention_heads": 16, "num_hidden_layers": 16,
            "num_nextn_predict_layers": 1, "num_key_value_heads": 8, "tie_word_embeddings": False,
            "vocab_size": 59392},
        "vision_config": {
            "model_type": "glm_ocr_vision", "attention_bias": True, "depth": 24, "hidden_size": 1024,
            "image_size": 336, "intermediate_size": 4096, "num_heads": 16, "out_hidden_size": 1536, "patch_size": 14,
            "spatial_merge_size": 2, "temporal_patch_size": 2}}),
}

TYPES = {
    "glm4v": Glm("glm4v", "glm4v_text", "glm4v_vision", 4, {"glm-4.1v-9b": PUBLISHED["glm-4.1v-9b"]}),
    "glm4v_moe": Glm("glm4v_moe", "glm4v_moe_text", "glm4v_moe_vision", 4),
    "glm46v": Glm("glm46v", "glm4v_moe_text", "glm4v_moe_vision", 2),
    "glm_ocr": Glm("glm_ocr", "glm_ocr_text", "glm_ocr_vision", 4, {"glm-ocr": PUBLISHED["glm-ocr"]}),
}
