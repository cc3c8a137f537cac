"""A CTranslate2 Whisper folder as an openai-whisper checkpoint: both engines then run the same weights, and
no hub is asked.

    .venv-whisper/bin/python tests/adapters/ct2_checkpoint.py FOLDER OUT.pt

CTranslate2 keeps attention's projections fused and names layers its own way; apart from that the
two hold the same tensors, in half precision. The checkpoint says nothing of alignment heads, as
OpenAI's own do not: they belong to the model's name (see pipeline/adapters/asr/openai_whisper.py).
"""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Tensors = dict[str, npt.NDArray[Any]]

VERSION = 6
"""Of the layout of model.bin."""

TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}

NAMES = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}

OUTSIDE = {
    "encoder/conv1": "encoder.conv1",
    "encoder/conv2": "encoder.conv2",
    "encoder/layer_norm": "encoder.ln_post",
    "decoder/layer_norm": "decoder.ln",
    "decoder/embeddings": "decoder.token_embedding",
}

POSITIONS = "/position_encodings/encodings"

BLOCK = {  # where one layer stands for several, its rows are theirs, in this order
    "self_attention/layer_norm": ("attn_ln",),
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "self_attention/linear_1": ("attn.out",),
    "attention/layer_norm": ("cross_attn_ln",),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
    "attention/linear_2": ("cross_attn.out",),
    "ffn/layer_norm": ("mlp_ln",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
}


def read(model: Path) -> Tensors:
    """The variables of a model.bin, without the second names that some of them have."""
    with model.open("rb") as file:
        version, name, _, count = _number(file, "I"), _text(file), _number(file, "I"), _number(file, "I")
        if (version, name) != (VERSION, "WhisperSpec"):
            raise ValueError(
                f"{model} is a {name} of layout {version}, not a WhisperSpec of layout {VERSION}"
            )
        return dict(_variable(file) for _ in range(count))


def _variable(file: BinaryIO) -> tuple[str, npt.NDArray[Any]]:
    name = _text(file)
    shape = [_number(file, "I") for _ in range(_number(file, "B"))]
    kind, size = _number(file, "B"), _number(file, "I")
    return name, np.frombuffer(file.read(size), TYPES[kind]).reshape(shape)


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "H")).rstrip(b"\0").decode()


def _number(file: BinaryIO, kind: str) -> int:
    return int(struct.unpack(f"<{kind}", file.read(struct.calcsize(f"<{kind}")))[0])


def rename(variables: Tensors) -> Tensors:
    """openai-whisper's state_dict. Scalars are settings; openai-whisper keeps no output projection (it is the
    embedding).
    """
    out: Tensors = {}
    for name, value in variables.items():
        layer, _, kind = name.rpartition("/")
        in_block = re.fullmatch(r"(encoder|decoder)/layer_(\d+)/(.+)", layer)
        if in_block:
            side, number, inner = in_block.groups()
            parts = BLOCK[inner]
            for part, piece in zip(parts, np.split(value, len(parts)), strict=True):
                out[f"{side}.blocks.{number}.{part}.{NAMES[kind]}"] = piece
        elif name.endswith(POSITIONS):
            out[f"{name.removesuffix(POSITIONS)}.positional_embedding"] = value
        elif value.ndim and layer != "decoder/projection":
            out[f"{OUTSIDE[layer]}.{NAMES[kind]}"] = value
    for name in [name for name in out if name.endswith(".key.bias")]:  # Whisper's keys have none
        if out.pop(name).any():
            raise ValueError(f"{name} is not zero: this is no Whisper model")
    return out


def dimensions(variables: Tensors, state: Tensors) -> dict[str, int]:
    audio, text = state["encoder.positional_embedding"].shape, state["decoder.positional_embedding"].shape
    return {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio[0],
        "n_audio_state": audio[1],
        "n_audio_head": int(variables["encoder/num_heads"]),
        "n_audio_layer": sum(
            name.startswith("encoder.") and name.endswith(".attn.out.bias") for name in state
        ),
        "n_vocab": state["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": text[0],
        "n_text_state": text[1],
        "n_text_head": int(variables["decoder/num_heads"]),
        "n_text_layer": sum(
            name.startswith("decoder.") and name.endswith(".cross_attn.out.bias") for name in state
        ),
    }


def convert(folder: Path, out: Path) -> None:
    import torch  # type: ignore[import-not-found]  # is in .venv-whisper alone

    variables = read(folder / "model.bin")
    state = rename(variables)
    tensors = {name: torch.from_numpy(value.copy()) for name, value in state.items()}
    torch.save({"dims": dimensions(variables, state), "model_state_dict": tensors}, out)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
