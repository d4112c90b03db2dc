"""Cases whatever their workflow: drafts, queues, papers handed in, agents, finding them, units that ended."""
