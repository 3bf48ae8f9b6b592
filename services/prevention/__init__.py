"""Prevention notices to employers: sent because of a warning, answered through a link, judged by an officer."""
