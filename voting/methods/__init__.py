"""Counting methods: one file each, one small protocol, the same validator at cast and at count."""

from collections.abc import Mapping

from voting.methods import (
    agreement,
    approval,
    borda,
    grading,
    irv,
    majority_judgment,
    meek,
    motion,
    plurality,
    positions,
    ranked_pairs,
    schulze,
    score,
    stv,
)
from voting.methods.approval import Approval, ApprovalSteps
from voting.methods.borda import Borda, BordaSteps
from voting.methods.grading import Grading, GradingSteps
from voting.methods.irv import Irv, IrvSteps
from voting.methods.majority_judgment import MajorityJudgment, MajorityJudgmentSteps
from voting.methods.meek import Meek, MeekSteps
from voting.methods.plurality import Plurality, PluralitySteps
from voting.methods.protocol import Method
from voting.methods.ranked_pairs import RankedPairs, RankedPairsSteps
from voting.methods.schulze import Schulze, SchulzeSteps
from voting.methods.score import Score, ScoreSteps
from voting.methods.stv import Stv, StvSteps

METHODS: Mapping[str, Method] = {
    "motion": motion,
    "agreement": agreement,
    "positions": positions,
    "approval": approval,
    "plurality": plurality,
    "grading": grading,
    "score": score,
    "majority_judgment": majority_judgment,
    "borda": borda,
    "schulze": schulze,
    "ranked_pairs": ranked_pairs,
    "irv": irv,
    "stv": stv,
    "meek": meek,
}
"""The name of a method in a question → the method."""

AnySettings = (
    Approval
    | Plurality
    | Grading
    | Score
    | MajorityJudgment
    | Borda
    | Schulze
    | RankedPairs
    | Irv
    | Stv
    | Meek
)
"""What a question may declare of its method: the union of what the methods have."""
AnySteps = (
    ApprovalSteps
    | PluralitySteps
    | GradingSteps
    | ScoreSteps
    | MajorityJudgmentSteps
    | BordaSteps
    | SchulzeSteps
    | RankedPairsSteps
    | IrvSteps
    | StvSteps
    | MeekSteps
)
"""How a count may have gone: the union of what the methods tell."""
