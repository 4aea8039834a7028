"""The tree of RFC 6962, held against published vectors and a slow transcription of its definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.archives import merkle

# Entries and roots of the reference implementation's own tests (certificate-transparency, merkletree).
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(size):
    assert merkle.Tree([merkle.leaf_hash(e) for e in ENTRIES[:size]]).root().hex() == ROOTS[size - 1]


def test_empty_tree_has_the_hash_of_nothing():
    assert merkle.Tree([]).root() == hashlib.sha256(b"").digest()


@given(st.integers(1, 130))
def test_every_leaf_is_proven_and_no_other_leaf_or_place(size):
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    tree = merkle.Tree(leaves)

    assert tree.root() == slow_root(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.inclusion(index)
        assert path == slow_path(index, leaves)
        assert merkle.root_from_inclusion(index=index, size=size, leaf=leaf, path=path) == tree.root()
        wrong = merkle.leaf_hash(b"another")
        assert merkle.root_from_inclusion(index=index, size=size, leaf=wrong, path=path) != tree.root()
        assert merkle.root_from_inclusion(index=index, size=size, leaf=leaf, path=[*path, leaf]) != tree.root()


@given(st.integers(1, 130), st.data())
def test_log_that_grew_is_consistent_and_one_rewritten_is_not(size, data):
    old_size = data.draw(st.integers(1, size))
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(size)]
    tree, old = merkle.Tree(leaves), merkle.Tree(leaves[:old_size])
    proof = tree.consistency(old_size)

    assert proof == slow_proof(old_size, leaves, whole=True)
    known = {"old_size": old_size, "new_size": size, "old_root": old.root(), "new_root": tree.root()}
    assert merkle.extends(**known, proof=proof)
    other = merkle.Tree([merkle.leaf_hash(b"rewritten"), *leaves[1:]])
    assert not merkle.extends(**{**known, "new_root": other.root()}, proof=other.consistency(old_size))
    assert not merkle.extends(**known, proof=[*proof, old.root()])


def slow_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return merkle.node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


def slow_path(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*slow_path(index, leaves[:k]), slow_root(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), slow_root(leaves[:k])]


def slow_proof(old, leaves, *, whole):
    if old == len(leaves):
        return [] if whole else [slow_root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*slow_proof(old, leaves[:k], whole=whole), slow_root(leaves[k:])]
    return [*slow_proof(old - k, leaves[k:], whole=False), slow_root(leaves[:k])]


def split(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k
