"""Words on the screen: made, judged, corrected, written. Approved words only; no rule without a clause."""
