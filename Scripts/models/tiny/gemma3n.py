"""Gemma 3n: MobileNet-V5 of timm, layers that share keys and values, embeddings of layers, LAuReL and AltUp.

The encoder is of one size, so that models are built and run without storage; timm has to be there.
"""

import torch

from tiny.base import Image, Tiny, counted, size, total

SIDE, TOKENS = 768, 256
# Where the class drops activations it asks a distribution, whose arguments have no numbers to look at.
torch.distributions.Distribution.set_default_validate_args(False)


def text(rng):
    keys, groups = rng.choice([1, 2]), rng.choice([1, 2, 3])
    layers = rng.randint(3, 7)
    shared = min(rng.choice([0, 1, 2, layers - 2]), layers - 2)
    kinds = [rng.choice(["sliding_attention", "sliding_attention", "full_attention"]) for _ in range(layers)]
    own = layers - shared
    if shared:
        kinds[own - 1], kinds[own - 2] = rng.choice(
            [("full_attention", "sliding_attention"), ("sliding_attention", "full_attention")])
    # Kinds of layers that are not there have no mask.
    kinds[0], kinds[1] = (kinds[0], kinds[1]) if len(set(kinds)) == 2 else ("sliding_attention", "full_attention")
    sizes = [rng.choice([56, 96, 130]) for _ in range(layers)]
    streams = rng.choice([1, 2, 3, 4])
    return {
        "model_type": "gemma3n_text", "hidden_size": keys * groups * rng.choice([20, 32]), "num_hidden_layers": layers,
        "num_attention_heads": keys * groups, "num_key_value_heads": keys, "head_dim": rng.choice([8, 16, 24]),
        "intermediate_size": rng.choice([sizes, sizes[0]]), "vocab_size": rng.choice([320, 501]),
        "layer_types": kinds, "sliding_window": rng.choice([8, 33, 512]), "num_kv_shared_layers": shared,
        "hidden_size_per_layer_input": rng.choice([8, 12]), "vocab_size_per_layer_input": 320,
        "laurel_rank": rng.choice([4, 6]), "altup_num_inputs": streams, "altup_active_idx": rng.randrange(streams),
        "activation_sparsity_pattern": [rng.choice([0.0, 0.95]) for _ in range(layers)],
        "attention_bias": rng.random() < 0.3}


def audio(rng):
    heads = rng.choice([1, 2])
    return {"model_type": "gemma3n_audio", "hidden_size": heads * rng.choice([16, 24]),
            "conf_num_attention_heads": heads, "conf_num_hidden_layers": rng.randint(1, 3),
            "conf_conv_kernel_size": rng.choice([3, 5]), "sscp_conv_channel_size": rng.choice([[8, 4], [16, 8]]),
            "sscp_conv_kernel_size": rng.choice([[[3, 3], [3, 3]], [[5, 3], [3, 4]]]),
            "sscp_conv_stride_size": rng.choice([[[2, 2], [2, 2]], [[2, 3], [2, 2]]]),
            "input_feat_size": rng.choice([32, 41]), "vocab_size": rng.choice([8, 16])}


class MobileNet(Tiny):
    """The type, without storage: nothing that is counted depends on a number."""

    recorded = 8

    def __init__(self, published):
        self.published = published

    def draw(self, rng):
        return {"model_type": "gemma3n", "text_config": text(rng), "audio_config": audio(rng),
                "vision_config": {"model_type": "gemma3n_vision", "architecture": "mobilenetv5_300m_enc",
                                  "vocab_size": rng.choice([8, 16])},
                "tie_word_embeddings": rng.random() < 0.5, "vision_soft_tokens_per_image": TOKENS,
                "image_token_id": 5, "audio_token_id": 6, "boi_token_id": 7, "eoi_token_id": 8}

    def image(self, rng, config):
        return Image(rng.randint(100, 900), rng.randint(100, 900), TOKENS)

    def build(self, config):
        with torch.device("meta"):
            return super().build(config)

    def vision(self, model, image):
        pixels = torch.zeros(1, 3, SIDE, SIDE)
        counts, _ = counted(lambda: model.model.get_image_features(pixels))
        connector = sum(total(counts, n) for n in counts if n.endswith("embed_vision"))
        connector = connector or sum(total(counts, n) for n in counts if n.endswith("embedding_projection"))
        return total(counts) - connector, connector

    def embedding(self, language):
        return size(language.embed_tokens) + size(language.embed_tokens_per_layer)

    def vision_parameters(self, model):
        return size(model.model.vision_tower), size(model.model.embed_vision)

    def reference(self, config, image, text_tokens):
        with torch.device("meta"):
            return super().reference(config, image, text_tokens)


def published(layers, shared, intermediate):
    """A published configuration as far as it bears on counts; what is left out is its class's default."""
    return {"architectures": ["Gemma3nForConditionalGeneration"], "model_type": "gemma3n",
            "vision_soft_tokens_per_image": 256,
            "text_config": {
                "model_type": "gemma3n_text", "altup_active_idx": 0, "altup_num_inputs": 4, "head_dim": 256,
                "hidden_size": 2048, "hidden_size_per_layer_input": 256, "intermediate_size": [intermediate] * layers,
                "laurel_rank": 64, "layer_types": [
                    "sliding_attention" if (layer + 1) % 5 else "full_attention" for layer in range(layers)],
                "num_attention_heads": 8, "num_hidden_layers": layers, "num_key_value_heads": 2,
                "num_kv_shared_layers": shared, "sliding_window": 512, "vocab_size": 262400,
                "vocab_size_per_layer_input": 262144},
            "vision_config": {"model_type": "gemma3n_vision", "architecture": "mobilenetv5_300m_enc",
                              "hidden_size": 2048, "vocab_size": 128},
            "audio_config": {"model_type": "gemma3n_audio", "conf_conv_kernel_size": 5, "conf_num_attention_heads": 8,
                             "conf_num_hidden_layers": 12, "hidden_size": 1536, "input_feat_size": 128,
                             "sscp_conv_channel_size": [128, 32], "sscp_conv_kernel_size": [[3, 3], [3, 3]],
                             "sscp_conv_stride_size": [[2, 2], [2, 2]], "vocab_size": 128}}


TYPES = {"gemma3n": MobileNet({
    "gemma-3n-e2b": ("google/gemma-3n-E2B-it", published(30, 10, 8192)),
    "gemma-3n-e4b": ("google/gemma-3n-E4B-it", published(35, 15, 16384))})}
