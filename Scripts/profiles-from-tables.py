#!/usr/bin/env python3
"""Writes the profiles of published tables into profiles/scaling, by `token-budget fit`.

    python3 Scripts/profiles-from-tables.py [--tool .build/release/token-budget]

The scores are in Tests/TokenBudgetTests/References/published_token_scores.csv and li2024_main.csv, as
collected from the papers; this script only groups them. Li et al. (2025) and the published series have scripts
of their own.
"""

import argparse

from profile_writing import TOOL, fit, rows, slug

M3 = "Cai et al., Matryoshka Multimodal Models, 2024, arXiv:2405.17430, Table {}"
PACKER = "Li et al., TokenPacker, 2024, arXiv:2407.02392, Table 1"
QWEN = "Wang et al., Qwen2-VL, 2024, arXiv:2409.12191, Table 7"
LI = "Li et al., Inference Optimal VLMs Need Fewer Visual Tokens and More Parameters, arXiv:2411.03312"
CLIP = ["--vision", "CLIP ViT-L/14-336"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default=TOOL)
    tool = parser.parse_args().tool
    table = rows("published_token_scores.csv")

    def series(model, benchmark, size=False):
        points = []
        for row in table:
            if row["model"].startswith(model) and row["benchmark"] == benchmark:
                point = {"tokens": row["n_tokens"], "score": row["score"]}
                if size:
                    point = {"params_billions": row["llm_params_b"], **point}
                points.append(point)
        return sorted(points, key=lambda p: (float(p.get("params_billions", 0)), float(p["tokens"])))

    next_benchmarks = [
        "TextVQA", "AI2D", "ChartQA", "DocVQA", "MMBench", "POPE", "ScienceQA", "MMMU"]
    for model, ident, number, how, note, benchmarks in [
        ("LLaVA-1.5-M3", "llava-1.5-m3", 1, "nested-training", "one model trained at five nested scales",
         ["MMBench", "GQA", "POPE", "VizWiz", "SEEDBench"]),
        ("LLaVA-NeXT-M3", "llava-next-m3", 2, "nested-training",
         "one model trained at five nested scales", next_benchmarks),
        ("LLaVA-NeXT-SS", "llava-next-ss", 2, "trained-per-budget", "a model trained for each scale",
         next_benchmarks),
    ]:
        for benchmark in benchmarks:
            fit(tool, f"cai2024-{ident}-{slug(benchmark)}", benchmark, series(model, benchmark),
                "--cite", M3.format(number), "--model", f"{model} 7B", "--params-billions", "7", *CLIP,
                "--how", how, "--title", f"{benchmark} against vision tokens, {model} 7B",
                "--note", f"{note}; five points: no break can be tested well")
    for method in ["average pooling", "spatial sampling", "sequential sampling"]:
        fit(tool, f"cai2024-llava-next-{slug(method)}-mmbench", "MMBench",
            series(f"LLaVA-NeXT-7B + training-free {method}", "MMBench"), "--cite", M3.format(4),
            "--model", f"LLaVA-NeXT-7B + {method}", "--params-billions", "7", *CLIP,
            "--how", "reduced-without-training", "--unreduced-tokens", "2880",
            "--title", f"MMBench against vision tokens, LLaVA-NeXT 7B with {method}",
            "--note", "tokens of the model trained with 2,880 taken away when it runs; the whole model is "
            "another treatment")
    for benchmark in ["MMBench", "MM-Vet", "VizWiz", "VQAv2", "GQA", "POPE"]:
        fit(tool, f"li2024-tokenpacker-{slug(benchmark)}", benchmark,
            series("LLaVA-TokenPacker (", benchmark, size=True), "--model", "LLaVA-TokenPacker", *CLIP,
            "--how", "trained-per-budget", "--cite", PACKER,
            "--title", f"{benchmark} against model size and vision tokens, TokenPacker",
            "--note", "Vicuna 7B and 13B; a separate model was trained for each point, and six "
            "points over two sizes leave three degrees of freedom")
    for benchmark in ["InfoVQA_val", "RealWorldQA", "OCRBench", "MMMU"]:
        fit(tool, f"wang2024-qwen2-vl-7b-{slug(benchmark)}", benchmark,
            series("Qwen2-VL-7B fixed", benchmark), "--model", "Qwen2-VL-7B", "--params-billions", "7",
            "--how", "resolution", "--cite", QWEN,
            "--title", f"{benchmark} against vision tokens, Qwen2-VL 7B",
            "--note", "one released model, images resized to a fixed count; four points, and nothing between 64 "
            "and 576")
    grid = [
        {"params_billions": row["llm_params_billions"], "tokens": row["vision_tokens"],
         "score": row["score"]} for row in rows("li2024_main.csv")
    ]
    fit(tool, "li2024-joint", "mean of the paper's tasks", grid, "--law", "joint", "--cite", LI,
        # The sizes are those of Qwen1.5, which the paper trains in LLaVA-NeXT's way.
        "--model", "LLaVA-NeXT Qwen1.5", "--how", "trained-per-budget",
        "--title", "Mean score against LLM size and vision tokens",
        "--note", "the paper's own form, a law of the error; d ends at 0, and a law of the score or a "
        "log-linear one fits better, see 'compared'")


if __name__ == "__main__":
    main()
