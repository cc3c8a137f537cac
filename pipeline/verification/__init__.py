"""The finished film held against the plan and the approved words, believing nothing that the build
believed.
"""
