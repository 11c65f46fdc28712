CREATE TABLE "model_pauses" (
	"model" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"next" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"until" timestamp with time zone NOT NULL
);
