"""gpt-oss behind InternVL's encoder: windows every other layer, sinks, experts with biases."""

from tiny.base import heads
from tiny.renamed import InternVL


class GptOss(InternVL):
    """InternVL 3.5 with gpt-oss, on an image that is one tile."""

    recorded = 8

    def __init__(self):
        super().__init__("internvl")

    def parts(self, rng, side):
        query, kv, width = heads(rng)
        layers, count = rng.randint(1, 5), rng.choice([4, 6, 8])
        text = {"model_type": "gpt_oss", "hidden_size": rng.choice([40, 64, 72, 96]), "num_hidden_layers": layers,
                "num_attention_heads": query, "num_key_value_heads": kv, "head_dim": width,
                "intermediate_size": rng.choice([24, 40]), "vocab_size": rng.choice([320, 501]),
                "num_local_experts": count, "num_experts_per_tok": rng.randint(1, count),
                "sliding_window": rng.choice([16, 50, 4096]),
                "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}}
        if rng.random() < 0.5:
            text["attention_bias"] = rng.random() < 0.5
        if rng.random() < 0.3:
            text["layer_types"] = [rng.choice(["sliding_attention", "full_attention"]) for _ in range(layers)]
        return super().parts(rng, side) | {"text_config": text}


TYPES = {"internvl with gpt_oss": GptOss()}
