"""Qwen2.5-Omni and Qwen3-Omni: what images and text pass, without audio encoder, talker and vocoder."""

import copy
import json

from tiny.base import Image, experts
from tiny.qwen import MERGE, Grid, grid16, qwen_text

# As small as the audio encoders of the classes get; they are taken out before anything is counted.
AUDIO = {"d_model": 16, "encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 16, "num_mel_bins": 8,
         "max_source_positions": 16, "downsample_hidden_size": 8}


def thinker(rng, kind, text, vision):
    """The part that reads images and text; the embedding is tied by it alone."""
    return {"model_type": kind, "text_config": text, "vision_config": vision,
            "audio_config": {**AUDIO, "output_dim": text["hidden_size"]},
            "tie_word_embeddings": rng.random() < 0.5, "image_token_id": 5, "video_token_id": 6,
            "vision_start_token_id": 7, "vision_end_token_id": 8}


def qwen2_5_omni(rng):
    text = qwen_text(rng, "qwen2_5_omni_text", tie_word_embeddings=rng.random() < 0.5)
    count, depth = rng.choice([1, 2, 3]), rng.randint(1, 4)
    return thinker(rng, "qwen2_5_omni_thinker", text, {
        "depth": depth, "hidden_size": 16 * count, "num_heads": count, "intermediate_size": rng.choice([40, 64]),
        "out_hidden_size": text["hidden_size"],
        "fullatt_block_indexes": sorted(rng.sample(range(depth), rng.randint(0, depth)))})


def qwen3_omni(rng):
    text = qwen_text(rng, "qwen3_omni_moe_text", attention_bias=rng.random() < 0.3, **experts(rng))
    text["rope_parameters"]["mrope_interleaved"] = True
    text["mlp_only_layers"] = rng.sample(range(text["num_hidden_layers"]), rng.randint(0, 1))
    return thinker(rng, "qwen3_omni_moe_thinker", text,
                   grid16(rng, text, deepstack_visual_indexes=rng.choice([[0], [1], [0, 1]])))


class Thinker(Grid):
    """A thinker, alone or as a part of the whole model's configuration."""

    def __init__(self, draw, whole=None, recorded=0, published=None):
        super().__init__((lambda rng: {"model_type": whole, "thinker_config": draw(rng)}) if whole else draw,
                         recorded=recorded, published=published)

    def inner(self, config):
        return config.get("thinker_config", config)

    def image(self, rng, config):
        rows, columns = 2 * rng.randint(9, 14), 2 * rng.randint(9, 14)
        side = 16 if "qwen3" in config["model_type"] else 14
        return Image(columns * side, rows * side, rows * columns // MERGE ** 2, {"grid": (rows, columns)})

    def processor(self, config):
        if "qwen3" not in config["model_type"]:
            return None
        return {"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 16, "min_pixels": 3136,
                "max_pixels": 12845056}

    def build(self, config):
        model = super().build(copy.deepcopy(self.inner(config)))
        del model.model.audio_tower
        return model


PUBLISHED = json.loads("""{
  "qwen2.5-omni-7b": {"architectures": ["Qwen2_5OmniModel"], "model_type": "qwen2_5_omni", "enable_audio_output": true,
    "thinker_config": {"model_type": "qwen2_5_omni_thinker",
      "text_config": {"model_type": "qwen2_5_omni_text", "hidden_size": 3584, "intermediate_size": 18944,
        "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 152064,
        "use_sliding_window": false, "max_window_layers": 28, "sliding_window": 32768},
      "vision_config": {"model_type": "qwen2_5_omni_vision_encoder", "depth": 32, "hidden_size": 1280,
        "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584, "patch_size": 14,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112,
        "fullatt_block_indexes": [7, 15, 23, 31]}}},
  "qwen3-omni-30b-a3b": {"architectures": ["Qwen3OmniMoeForConditionalGeneration"], "model_type": "qwen3_omni_moe",
    "enable_audio_output": true,
    "thinker_config": {"model_type": "qwen3_omni_moe_thinker",
      "text_config": {"model_type": "qwen3_omni_moe_text", "head_dim": 128, "hidden_size": 2048,
        "intermediate_size": 768, "moe_intermediate_size": 768, "num_attention_heads": 32, "num_experts": 128,
        "num_experts_per_tok": 8, "num_hidden_layers": 48, "num_key_value_heads": 4, "vocab_size": 152064},
      "vision_config": {"model_type": "qwen3_omni_moe_vision_encoder", "deepstack_visual_indexes": [8, 16, 24],
        "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
        "num_position_embeddings": 2304, "out_hidden_size": 2048, "patch_size": 16, "spatial_merge_size": 2,
        "temporal_patch_size": 2}}}
}""")

TYPES = {
    "qwen2_5_omni": Thinker(qwen2_5_omni, "qwen2_5_omni", 4,
                            {"qwen2.5-omni-7b": ("Qwen/Qwen2.5-Omni-7B", PUBLISHED["qwen2.5-omni-7b"])}),
    "qwen2_5_omni_thinker": Thinker(qwen2_5_omni),
    "qwen3_omni_moe": Thinker(qwen3_omni, "qwen3_omni_moe", 4,
                              {"qwen3-omni-30b-a3b": ("Qwen/Qwen3-Omni-30B-A3B-Instruct",
                                                      PUBLISHED["qwen3-omni-30b-a3b"])}),
    "qwen3_omni_moe_thinker": Thinker(qwen3_omni),
}
