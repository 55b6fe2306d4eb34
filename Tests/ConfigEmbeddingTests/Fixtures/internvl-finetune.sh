set -x

GPUS=${GPUS:-8}
OUTPUT_DIR='work_dirs/receipts'
if [ ! -d "$OUTPUT_DIR" ]; then
  mkdir -p "$OUTPUT_DIR"
fi

# about 30 GB a card
torchrun \
  --nproc_per_node=${GPUS} \
  internvl/train/internvl_chat_finetune.py \
  --model_name_or_path "OpenGVLab/InternVL2_5-8B" \
  --output_dir ${OUTPUT_DIR} \
  --force_image_size 448 \
  --max_dynamic_patch 6 \
  --down_sample_ratio 0.5 \
  --freeze_backbone True \
  --dynamic_image_size True \
  --use_thumbnail True \
  --max_seq_length 4096 \
  2>&1 | tee -a "${OUTPUT_DIR}/training_log.txt"
