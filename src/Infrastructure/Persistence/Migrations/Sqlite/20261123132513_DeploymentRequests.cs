using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ClusterPanel.Infrastructure.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DeploymentRequests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "DeploymentRequests",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    DeploymentId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", nullable: false),
                    HostId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Stage = table.Column<string>(type: "TEXT", nullable: true),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: true),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeploymentRequests", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DeploymentRequests_Deployments_DeploymentId",
                        column: x => x.DeploymentId,
                        principalTable: "Deployments",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_DeploymentRequests_DeploymentId",
                table: "DeploymentRequests",
                column: "DeploymentId");

            migrationBuilder.Sql("""
                INSERT INTO "DeploymentRequests" ("DeploymentId", "Kind", "By", "At")
                SELECT "Id", 'Cancel', "CancelRequestedBy", "CreatedAt" FROM "Deployments" WHERE "CancelRequestedBy" IS NOT NULL
                """);

            migrationBuilder.DropColumn(
                name: "CancelRequestedBy",
                table: "Deployments");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DeploymentRequests");

            migrationBuilder.AddColumn<string>(
                name: "CancelRequestedBy",
                table: "Deployments",
                type: "TEXT",
                nullable: true);
        }
    }
}
