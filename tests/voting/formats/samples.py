"""Small valid files of every format, written for the tests."""

from voting.formats import nist, profile

BLT = b"""4 2
-2
3 1 3 4 0
4 1 3 4 0
2 4 0
1 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Gardening club"
"""
BLT_LENIENT = b'3 1\n# a comment\n5 1=2 - 3 0\n\n4 2 0 # four of them\n0\nAnn\nJos\xe9\n"Zo\xc3\xab"'
PREFLIB = b"""# FILE NAME: x.toi
# TITLE: Sushi
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 7
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: ebi
# ALTERNATIVE NAME 2: ika
# ALTERNATIVE NAME 3: uni
# ALTERNATIVE NAME 4: tako
4: 1,{2,3},4
2: {3,4}
1: 2,1
"""
DEBIAN = b"""  Tally sheet
    Option 1------->: Ann
  / Option 2------->: Ben
V: 12 0123456789abcdef0123456789abcdef
V: -1 1123456789abcdef0123456789abcdef
V: 11 2123456789abcdef0123456789abcdef
V: -- 3123456789abcdef0123456789abcdef
"""
CHOICES = "ballot,count,1,2,3\n1,1,张三,李四,\n2,12,李四,,王五\n3,1,,,\n".encode()
RANKS = b"count,Ann,Ben,Cid\n3,1,1,2\n1,,,\n2,2,1,\n"
NUMBERS = b"Ann,Ben\n3,-1\n,2\n,\n3,0\n"
MARKS = "Ann,Ben\nx,✓\n0,1\n,\n1,\n".encode()
_RANKED = {(("1",), ("2", "3")): 2, (("3",),): 1}
CDF_JSON = nist.write(
    profile.Profile(profile.candidates(["Ann", "Ben", "Cid"]), rankings=_RANKED, seats=2, empty=1, invalid=2),
    generated="2026-11-21T08:00:00Z",
)
CDF_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<cdf:CastVoteRecordReport xmlns:cdf="NIST_V0_cast_vote_records.xsd">
 <cdf:CVR>
  <cdf:CurrentSnapshotId>s1</cdf:CurrentSnapshotId>
  <cdf:CVRSnapshot ObjectId="s1">
   <cdf:CVRContest>
    <cdf:ContestId>k</cdf:ContestId>
    <cdf:CVRContestSelection>
     <cdf:ContestSelectionId>x</cdf:ContestSelectionId>
     <cdf:SelectionPosition><cdf:HasIndication>yes</cdf:HasIndication><cdf:NumberVotes>1</cdf:NumberVotes>
      <cdf:Rank>1</cdf:Rank></cdf:SelectionPosition>
    </cdf:CVRContestSelection>
   </cdf:CVRContest>
  </cdf:CVRSnapshot>
 </cdf:CVR>
 <cdf:Election ObjectId="e">
  <cdf:Candidate ObjectId="a"><cdf:Name>Ann</cdf:Name></cdf:Candidate>
  <cdf:Candidate ObjectId="b"><cdf:Name>Ben</cdf:Name></cdf:Candidate>
  <cdf:Contest ObjectId="k">
   <cdf:ContestSelection ObjectId="x"><cdf:CandidateIds>a</cdf:CandidateIds></cdf:ContestSelection>
   <cdf:ContestSelection ObjectId="y"><cdf:CandidateIds>b</cdf:CandidateIds></cdf:ContestSelection>
   <cdf:Name>Chair</cdf:Name>
   <cdf:VoteVariation>rcv</cdf:VoteVariation>
  </cdf:Contest>
 </cdf:Election>
</cdf:CastVoteRecordReport>
"""
SAMPLES = {
    "blt": BLT,
    "preflib": PREFLIB,
    "debian": DEBIAN,
    "csv-choices": CHOICES,
    "csv-ranks": RANKS,
    "csv-numbers": NUMBERS,
    "csv-marks": MARKS,
    "cdf": CDF_JSON,
}
RCTAB_CONFIG = b"""{
 "cvrFileSources": [
  {
   "filePath": "x.csv",
   "provider": "ess",
   "firstVoteColumnIndex": "2",
   "firstVoteRowIndex": "2",
   "skippedRankLabel": "none",
   "overvoteLabel": "many",
   "undeclaredWriteInLabel": "other"
  }
 ],
 "candidates": [
  {
   "name": "Ann",
   "aliases": [
    "A"
   ]
  },
  {
   "name": "Ben",
   "excluded": true
  },
  {
   "name": "Cid"
  }
 ],
 "rules": {
  "overvoteRule": "alwaysSkipToNextRank",
  "winnerElectionMode": "singleWinnerMajority",
  "numberOfWinners": "1",
  "maxRankingsAllowed": "3",
  "maxSkippedRanksAllowed": "max"
 }
}
"""
RCTAB_ROWS = b"""id,1,2,3
1,A,Ben,Cid
2,none,many,other
3,,,
4,Ben,,
"""
