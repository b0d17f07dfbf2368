//! What Switchboard can be asked to do: operations, triage, the pipeline.
