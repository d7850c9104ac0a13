//! Orders changes into steps and names the hazards.
