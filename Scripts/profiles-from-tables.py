#!/usr/bin/env python3
"""Writes the profiles of published tables into profiles/scaling, by `token-budget fit`.

    python3 Scripts/profiles-from-tables.py [--tool .build/release/token-budget]

The scores are in Tests/TokenBudgetTests/References/published_token_scores.csv and li2024_main.csv, as
collected from the papers; this script only groups them. Li et al. (2025) has a script of its own.
"""

import argparse
import csv
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCES = ROOT / "Tests/TokenBudgetTests/References"
OUT = ROOT / "profiles/scaling"

M3 = "Cai et al., Matryoshka Multimodal Models, 2024, arXiv:2405.17430, Table {}"
PACKER = "Li et al., TokenPacker, 2024, arXiv:2407.02392, Table 1"
QWEN = "Wang et al., Qwen2-VL, 2024, arXiv:2409.12191, Table 7"
LI = "Li et al., Inference Optimal VLMs Need Fewer Visual Tokens and More Parameters, arXiv:2411.03312"


def rows(name):
    lines = (REFERENCES / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def slug(text):
    return "".join(c if c.isalnum() else "-" for c in text.lower()).strip("-").replace("--", "-")


def write(tool, ident, points, *options):
    """Fits points and writes profiles/scaling/IDENT.yaml."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "scores.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(points[0].keys())
            writer.writerows(point.values() for point in points)
        subprocess.run(
            [tool, "fit", path, "-o", OUT / f"{ident}.yaml", "--id", ident, *options],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default=ROOT / ".build/release/token-budget")
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

    percent = ["--unit", "percent", "--metric-range", "0,100"]
    for model, ident, number, benchmarks in [
        ("LLaVA-1.5-M3", "cai2024-llava-1.5-m3", 1, ["MMBench", "GQA", "POPE", "VizWiz", "SEEDBench"]),
        ("LLaVA-NeXT-M3", "cai2024-llava-next-m3", 2,
         ["TextVQA", "AI2D", "ChartQA", "DocVQA", "MMBench", "POPE", "ScienceQA", "MMMU"]),
    ]:
        for benchmark in benchmarks:
            write(tool, f"{ident}-{slug(benchmark)}", series(model, benchmark),
                  "--metric", benchmark, *percent, "--cite", M3.format(number),
                  "--model", f"{model} 7B", "--params-billions", "7", "--vision", "CLIP ViT-L/14-336",
                  "--how", "nested-training",
                  "--title", f"{benchmark} against vision tokens, {model} 7B",
                  "--note", "one model trained at five nested scales; five points: laws of three "
                  "parameters and more are not offered, and no break can be tested well")
    for benchmark in ["MMBench", "MM-Vet", "VizWiz", "VQAv2", "GQA", "POPE"]:
        write(tool, f"li2024-tokenpacker-{slug(benchmark)}",
              series("LLaVA-TokenPacker (", benchmark, size=True), "--metric", benchmark, *percent,
              "--model", "LLaVA-TokenPacker", "--vision", "CLIP ViT-L/14-336", "--how",
              "trained-per-budget", "--cite", PACKER, "--title", f"{benchmark} against model size and vision tokens, TokenPacker",
              "--note", "Vicuna 7B and 13B; a separate model was trained for each point, and six "
              "points over two sizes leave three degrees of freedom")
    for benchmark, law, unit in [
        ("InfoVQA_val", "interpolated", percent), ("RealWorldQA", "interpolated", percent),
        ("OCRBench", "interpolated", ["--unit", "points", "--metric-range", "0,1000"]),
        ("MMMU", "constant", percent),
    ]:
        write(tool, f"wang2024-qwen2-vl-7b-{slug(benchmark)}",
              series("Qwen2-VL-7B fixed", benchmark), "--metric", benchmark, *unit, "--law", law,
              "--model", "Qwen2-VL-7B", "--params-billions", "7", "--how", "resolution",
              "--cite", QWEN, "--title", f"{benchmark} against vision tokens, Qwen2-VL 7B",
              "--note", "one released model, images resized to a fixed count; four points carry no law "
              "with a slope, so the curve goes through them and ends with them")
    grid = [
        {"params_billions": row["llm_params_billions"], "tokens": row["vision_tokens"],
         "score": row["score"]} for row in rows("li2024_main.csv")
    ]
    write(tool, "li2024-joint", grid, "--law", "joint", "--metric", "mean of the paper's tasks",
          "--unit", "points", "--metric-range", "0,1", "--cite", LI,
          # The sizes are those of Qwen1.5, which the paper trains in LLaVA-NeXT's way.
          "--model", "LLaVA-NeXT Qwen1.5", "--how", "trained-per-budget",
          "--title", "Mean score against LLM size and vision tokens",
          "--note", "the paper's own form, a law of the error; d ends at 0, and a law of the score or a "
          "log-linear one fits better, see 'compared'")


if __name__ == "__main__":
    main()
