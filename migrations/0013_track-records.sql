CREATE TABLE "track_records" (
	"model" text NOT NULL,
	"field" text NOT NULL,
	"tickets" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "track_records_model_field_pk" PRIMARY KEY("model","field")
);
