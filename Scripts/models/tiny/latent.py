"""Latent attention: Kimi K2.5, and Mistral 4 behind Pixtral's encoder."""

import torch

from tiny.base import Image, Tiny, counted, size, total

MERGE = 2


def latent_text(rng, kind):
    """A language model with latent attention, a few dense layers, and a mixture with shared experts behind them."""
    count, layers, heads = rng.choice([4, 6, 8]), rng.randint(2, 4), rng.choice([1, 2, 3, 5])
    rotary = rng.choice([4, 8, 16])
    return {"model_type": kind, "hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": layers,
            "num_attention_heads": heads, "num_key_value_heads": heads, "intermediate_size": rng.choice([56, 96, 130]),
            "vocab_size": rng.choice([320, 501]), "q_lora_rank": rng.choice([None, 12, 20]),
            "kv_lora_rank": rng.choice([8, 12, 24]), "qk_nope_head_dim": rng.choice([5, 8, 16]),
            "qk_rope_head_dim": rotary, "v_head_dim": rng.choice([6, 9, 12]), "n_routed_experts": count,
            "num_experts_per_tok": rng.randint(1, count), "n_shared_experts": rng.choice([1, 2]),
            "moe_intermediate_size": rng.choice([24, 40]), "n_group": rng.choice([1, 2]), "topk_group": 1,
            "first_k_dense_replace": rng.randint(0, layers), "attention_bias": rng.random() < 0.4,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}}


def expanding(config, tokens):
    """The framework makes keys and values of all cached positions anew when it decodes, where the queries are
    carried to the latents in our convention."""
    text = config["text_config"]
    layers, heads, rank = text["num_hidden_layers"], text["num_attention_heads"], text["kv_lora_rank"]
    plain, rotary, value = text["qk_nope_head_dim"], text["qk_rope_head_dim"], text["v_head_dim"]
    return {"decode_step_linear": 2 * layers * rank * heads * (plain + value) * tokens,
            "decode_step_attention": 2 * layers * heads * (tokens + 1) * (plain + value - 2 * rank)}


class Kimi(Tiny):
    recorded = 4

    def draw(self, rng):
        count = rng.choice([1, 2, 3])
        hidden = count * rng.choice([16, 24])
        vision = {"num_hidden_layers": rng.randint(1, 4), "hidden_size": hidden, "num_attention_heads": count,
                  "intermediate_size": rng.choice([40, 64]), "patch_size": rng.choice([8, 14])}
        if rng.random() < 0.5:
            vision.update(pos_emb_height=rng.choice([8, 12]), pos_emb_width=rng.choice([8, 12]))
            vision["pos_emb_height"] = vision["pos_emb_width"]
        config = {"model_type": "kimi_k25", "text_config": latent_text(rng, "deepseek_v3"), "vision_config": vision,
                  "projection_hidden_size": hidden, "image_token_id": 5, "video_token_id": 6,
                  "vision_start_token_id": 7, "vision_end_token_id": 8}
        tied = rng.choice([None, True, False])
        if tied is not None:
            config["tie_word_embeddings"] = tied
        return config

    def image(self, rng, config):
        rows, columns = 2 * rng.randint(4, 12), 2 * rng.randint(4, 12)
        side = config["vision_config"]["patch_size"]
        return Image(columns * side, rows * side, rows * columns // MERGE ** 2, {"grid": (rows, columns)})

    beside = staticmethod(expanding)

    def vision(self, model, image):
        rows, columns = image.inputs["grid"]
        patch = model.config.vision_config.patch_size
        pixels = torch.randn(rows * columns, 3, patch, patch)
        encoder, out = counted(lambda: model.model.vision_tower(pixels, grid_thw=torch.tensor([[1, rows, columns]])))
        connector, _ = counted(lambda: model.model.mm_projector(out.pooler_output))
        return total(encoder), total(connector)

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.mm_projector)

    published = {"kimi-k2.5": ("moonshotai/Kimi-K2.5", {
        "architectures": ["KimiK25ForConditionalGeneration"], "model_type": "kimi_k25", "tie_word_embeddings": False,
        "text_config": {
            "model_type": "kimi_k2", "attention_bias": False, "first_k_dense_replace": 1, "hidden_size": 7168,
            "intermediate_size": 18432, "kv_lora_rank": 512, "moe_intermediate_size": 2048, "moe_layer_freq": 1,
            "n_group": 1, "n_routed_experts": 384, "n_shared_experts": 1, "num_attention_heads": 64,
            "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 64, "num_nextn_predict_layers": 0,
            "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "topk_group": 1, "v_head_dim": 128,
            "vocab_size": 163840},
        "vision_config": {
            "init_pos_emb_height": 64, "init_pos_emb_time": 4, "init_pos_emb_width": 64, "merge_kernel_size": [2, 2],
            "merge_type": "sd2_tpool", "mm_hidden_size": 1152, "mm_projector_type": "patchmerger", "patch_size": 14,
            "pos_emb_type": "divided_fixed", "text_hidden_size": 7168, "vt_hidden_size": 1152,
            "vt_intermediate_size": 4304, "vt_num_attention_heads": 16, "vt_num_hidden_layers": 27}})}


class Mistral(Tiny):
    recorded = 4

    def draw(self, rng):
        count, width = rng.choice([1, 2, 3]), rng.choice([8, 16])
        patch, text = rng.choice([8, 14]), latent_text(rng, "mistral4")
        # Its rotary table knows of the part that turns in its own settings only.
        del text["rope_parameters"]
        return {"model_type": "mistral3", "text_config": text, "spatial_merge_size": MERGE,
                "tie_word_embeddings": rng.random() < 0.5, "multimodal_projector_bias": rng.random() < 0.5,
                "image_token_index": 5, "vision_config": {
                    "model_type": "pixtral", "num_hidden_layers": rng.randint(1, 4), "hidden_size": count * width,
                    "num_attention_heads": count, "intermediate_size": rng.choice([40, 64]), "patch_size": patch,
                    "image_size": 32 * patch, "head_dim": width}}

    def image(self, rng, config):
        rows, columns = 2 * rng.randint(4, 12), 2 * rng.randint(4, 12)
        side = config["vision_config"]["patch_size"]
        return Image(columns * side, rows * side, rows * columns // MERGE ** 2)

    beside = staticmethod(expanding)

    def vision(self, model, image):
        size = torch.tensor([[image.height, image.width]])
        encoder, out = counted(
            lambda: model.model.vision_tower(torch.randn(1, 3, image.height, image.width), image_sizes=size))
        connector, _ = counted(
            lambda: model.model.multi_modal_projector(out.last_hidden_state.squeeze(0), size))
        return total(encoder), total(connector)

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.multi_modal_projector)


TYPES = {"kimi_k25": Kimi(), "mistral3 with mistral4": Mistral()}
