#!/usr/bin/env python3
"""Writes profiles/compute/*.yaml by importing the configurations that the tests hold.

Run it from the project's root after `make build`; a test compares what is shipped with what
importing gives. LLaVA-1.5-7B is written by hand: its lattice is one of pooled tokens.
"""

import json
import pathlib
import subprocess
import tempfile

REFERENCES = pathlib.Path("Tests/ComputeCostsTests/References")
TOOL = ".build/release/token-budget"

# id: (title, settings that the model's processor file has and its configuration has not)
MODELS = {
    "deepseek-ocr": ("DeepSeek-OCR", []),
    "deepseek-ocr-2": ("DeepSeek-OCR-2", []),
    "deepseek-vl2-small": ("DeepSeek-VL2 Small, mixture of experts", []),
    "gemma-3-4b": ("Gemma 3 4B", []),
    "gemma-3-12b": ("Gemma 3 12B", []),
    "gemma-3-27b": ("Gemma 3 27B", []),
    "gemma-3n-e2b": ("Gemma 3n E2B", ["image_size=768"]),
    "gemma-3n-e4b": ("Gemma 3n E4B", ["image_size=768"]),
    "gemma-4-e2b": ("Gemma 4 E2B", []),
    "gemma-4-26b-a4b": ("Gemma 4 26B-A4B, mixture of experts", []),
    "gemma-4-31b": ("Gemma 4 31B", []),
    "glm-4.1v-9b": ("GLM-4.1V 9B", []),
    "glm-4.5v": ("GLM-4.5V 106B-A12B, mixture of experts", []),
    "glm-ocr": ("GLM-OCR 0.9B", []),
    "ernie-4.5-vl-28b-a3b": ("ERNIE 4.5 VL 28B-A3B, experts of text and of images", []),
    "hunyuan-ocr-1b": ("HunyuanOCR 1B", []),
    "idefics2-8b": ("Idefics2 8B", ["do_image_splitting=true"]),
    "idefics3-8b": ("Idefics3 8B", ["longest_edge=1456", "image_seq_len=169"]),
    "internvl3-8b": ("InternVL3 8B", []),
    "kimi-k2.5": ("Kimi K2.5, mixture of experts", []),
    "llama-3.2-11b-vision": ("Llama 3.2 Vision 11B", []),
    "llama-4-scout-17b-16e": ("Llama 4 Scout 17B-16E, mixture of experts", []),
    "llava-next-vicuna-7b": ("LLaVA-NeXT (1.6) Vicuna 7B", []),
    "llava-onevision-qwen2-7b": ("LLaVA-OneVision Qwen2 7B", []),
    "mistral-small-3.1-24b": ("Mistral Small 3.1 24B", []),
    "paligemma-3b-448": ("PaliGemma 3B, 448 pixels", []),
    "paddleocr-vl-0.9b": ("PaddleOCR-VL 0.9B", []),
    "phi-3.5-vision": ("Phi-3.5-vision", ["num_crops=4"]),
    "qwen2-vl-2b": ("Qwen2-VL 2B", []),
    "qwen2-vl-7b": ("Qwen2-VL 7B", []),
    "qwen2.5-vl-3b": ("Qwen2.5-VL 3B", []),
    "qwen2.5-vl-7b": ("Qwen2.5-VL 7B", []),
    "qwen2.5-vl-72b": ("Qwen2.5-VL 72B", []),
    "qwen2.5-omni-7b": ("Qwen2.5-Omni 7B, without audio", []),
    "qwen3-omni-30b-a3b": ("Qwen3-Omni 30B-A3B, mixture of experts, without audio", []),
    "qwen3.5-27b": ("Qwen3.5 27B", []),
    "qwen3.5-35b-a3b": ("Qwen3.5 35B-A3B, mixture of experts", []),
    "qwen3-vl-8b": ("Qwen3-VL 8B", []),
    "qwen3-vl-30b-a3b": ("Qwen3-VL 30B-A3B, mixture of experts", []),
    "smolvlm-256m": ("SmolVLM 256M", ["longest_edge=2048", "image_seq_len=64"]),
    "smolvlm-2.2b": ("SmolVLM 2.2B", ["longest_edge=1536", "image_seq_len=81"]),
}


def main():
    models = {}
    files = [REFERENCES / "flops_oracle.json", REFERENCES / "siblings.json"]
    for file in files + sorted((REFERENCES / "TinyModels").iterdir()):
        models.update(json.loads(file.read_text())["models"])
    for identifier, (title, settings) in MODELS.items():
        model = models[identifier]
        repository = model["hf_repo"].split(" (")[0]
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "config.json"
            config.write_text(json.dumps(model["config"]))
            command = [TOOL, "import", str(config), "--id", identifier, "--title", title]
            command += ["--hardware", "h100-sxm", "-o", f"profiles/compute/{identifier}.yaml"]
            command += ["--cite", f"config.json of {repository}"]
            for setting in settings:
                command += ["--set", setting]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
