"""The same weights in the other engine's form: CTranslate2's folder (faster-whisper) and OpenAI's checkpoint.

CTranslate2 keeps attention's projections fused and names layers its own way; apart from that the two hold the
same tensors. A checkpoint says nothing of alignment heads and holds no vocabulary: heads are those of the
upper layers, as openai-whisper takes them, and the vocabulary is that of other weights with as many tokens.
Both ways need torch, which comes with openai-whisper.
"""

from __future__ import annotations

import json
import re
import shutil
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from pipeline.adapters.asr import weights
from pipeline.errors import CannotWrite, MissingTool

Tensors = dict[str, npt.NDArray[Any]]

VERSION = 6
"""Of the layout of model.bin."""

TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}

SCALE = "_scale"

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
        return _unscaled(dict(_variable(file) for _ in range(count)))


def _unscaled(variables: Tensors) -> Tensors:
    """Whole numbers with a scale beside them, a row each, as the numbers that they stand for."""
    out = {name: value for name, value in variables.items() if not name.endswith(SCALE)}
    for name in [name for name in out if name + SCALE in variables]:
        scale = variables[name + SCALE].astype(np.float32)
        out[name] = out[name].astype(np.float32) / scale.reshape(
            scale.shape + (1,) * (out[name].ndim - scale.ndim)
        )
    return out


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
    """A folder of CTranslate2's as a checkpoint."""
    import torch  # type: ignore[import-not-found]  # comes with openai-whisper

    variables = read(folder / "model.bin")
    state = rename(variables)
    tensors = {name: torch.from_numpy(value.copy()) for name, value in state.items()}
    torch.save({"dims": dimensions(variables, state), "model_state_dict": tensors}, out)


def heads(folder: Path) -> list[list[int]]:
    """(layer, head) of those that word times are read from, as CTranslate2's folder has them."""
    try:
        found = json.loads((folder / "config.json").read_bytes())["alignment_heads"]
        return [[int(layer), int(head)] for layer, head in found]
    except (OSError, ValueError, KeyError, TypeError):
        return []


# The other way -------------------------------------------------------------------------------

SAME_VOCABULARY = {
    51864: ("tiny.en", "base.en", "small.en", "medium.en", "distil-small.en", "distil-medium.en"),
    51865: ("base", "tiny", "small", "medium", "large-v2", "large-v1", "distil-large-v2"),
    51866: ("large-v3", "turbo", "large-v3-turbo", "distil-large-v3", "distil-large-v3.5"),
}
"""Weights whose vocabulary is the same, by how many tokens it has."""


def convert_back(checkpoint: Path, out: Path) -> None:
    """A checkpoint as a folder of CTranslate2's, with the vocabulary of other weights at hand."""
    import torch
    from ctranslate2.specs import WhisperSpec

    loaded = torch.load(checkpoint, map_location="cpu", weights_only=True)
    dims, state = loaded["dims"], {name: t.float().numpy() for name, t in loaded["model_state_dict"].items()}
    donor = _donor(checkpoint, int(dims["n_vocab"]))
    sides = [("encoder", "n_audio"), ("decoder", "n_text")]
    spec = WhisperSpec(*(int(dims[f"{kind}_{what}"]) for _, kind in sides for what in ("layer", "head")))
    for side, kind in sides:
        _set(spec, f"{side}{POSITIONS}", state[f"{side}.positional_embedding"])
        for number in range(int(dims[f"{kind}_layer"])):
            _block(spec, state, side, number)
    for layer, theirs in OUTSIDE.items():
        for ours, name in NAMES.items():
            if f"{theirs}.{name}" in state and (ours in ("gamma", "beta")) == layer.endswith("norm"):
                _set(spec, f"{layer}/{ours}", state[f"{theirs}.{name}"])
    _set(spec, "decoder/projection/weight", state["decoder.token_embedding.weight"])
    spec.register_vocabulary(vocabulary(donor))
    spec.validate()
    spec.optimize(quantization="float16")
    out.mkdir(parents=True)
    spec.save(str(out))
    shutil.copyfile(donor / "tokenizer.json", out / "tokenizer.json")
    told = json.loads((donor / "config.json").read_bytes())
    upper = range(int(dims["n_text_layer"]) // 2, int(dims["n_text_layer"]))
    told["alignment_heads"] = [[layer, head] for layer in upper for head in range(int(dims["n_text_head"]))]
    (out / "config.json").write_text(json.dumps(told), encoding="utf-8")
    features = json.dumps({"feature_size": int(dims["n_mels"])})
    (out / "preprocessor_config.json").write_text(features, encoding="utf-8")


def _donor(checkpoint: Path, tokens: int) -> Path:
    for name in SAME_VOCABULARY.get(tokens, ()):
        if found := weights.find(name):
            return found
    names = " or ".join(SAME_VOCABULARY.get(tokens, ())[:2])
    raise MissingTool(
        f"is a checkpoint of openai-whisper's, and no weights with its vocabulary ({tokens} tokens) are here",
        where=str(checkpoint),
        next_step=(f"ourwords models fetch {names.split()[0]}, or write " if names else "write ")
        + 'engine = "openai-whisper"',
    )


def vocabulary(folder: Path) -> list[str]:
    """The tokens that weights of CTranslate2's know, in the order of their numbers."""
    if (folder / "vocabulary.json").is_file():
        return [str(token) for token in json.loads((folder / "vocabulary.json").read_bytes())]
    return (folder / "vocabulary.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _block(spec: Any, state: Tensors, side: str, number: int) -> None:
    for inner, parts in BLOCK.items():
        if side == "encoder" and inner.startswith("attention/"):
            continue
        ours = ("gamma", "beta") if inner.endswith("norm") else ("weight", "bias")
        for kind in ours:
            names = [f"{side}.blocks.{number}.{part}.{NAMES[kind]}" for part in parts]
            some = next(state[name] for name in names if name in state)
            pieces = [state[name] if name in state else np.zeros_like(some) for name in names]  # keys
            _set(spec, f"{side}/layer_{number}/{inner}/{kind}", np.concatenate(pieces))


def _set(spec: Any, path: str, value: npt.NDArray[Any]) -> None:
    at = spec
    *way, last = path.split("/")
    for step in way:
        name, _, number = step.rpartition("_")
        at = getattr(at, step) if hasattr(at, step) else getattr(at, name)[int(number)]
        at = at[0] if isinstance(at, list) and step == "embeddings" else at
    setattr(at, last, value)


# Kept in the cache ---------------------------------------------------------------------------


def as_checkpoint(folder: Path, sha256: str, say: Callable[[str], None]) -> Path:
    """A folder of CTranslate2's as a checkpoint, made once for these bytes."""
    return _once(folder, f"{sha256[:32]}.pt", convert, "faster-whisper", say)


def as_folder(checkpoint: Path, sha256: str, say: Callable[[str], None]) -> Path:
    """A checkpoint as a folder of CTranslate2's, made once for these bytes."""
    return _once(checkpoint, sha256[:32], convert_back, "openai-whisper", say)


def _once(
    given: Path, name: str, work: Callable[[Path, Path], None], engine: str, say: Callable[[str], None]
) -> Path:
    target = user_cache_path("ourwords") / "models" / "converted" / name
    if target.exists():
        return target
    say(f"putting {given.name} into the other engine's form")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".convert-") as room:
            work(given, Path(room) / name)
            (Path(room) / name).rename(target)
    except ImportError:
        raise _not_converted(given, engine, "torch is not installed") from None
    except (ValueError, KeyError, AttributeError, RuntimeError, EOFError, struct.error) as problem:
        raise _not_converted(given, engine, f"{type(problem).__name__}: {problem}") from None
    except OSError as problem:
        raise CannotWrite(
            f"cannot keep the converted weights: {problem.strerror}", where=str(target.parent)
        ) from None
    return target


def _not_converted(given: Path, engine: str, why: str) -> MissingTool:
    return MissingTool(
        f"these weights are in {engine}'s form, and cannot be put into the other's here ({why})",
        where=str(given),
        next_step=f'write engine = "{engine}" in [transcribe]',
    )
