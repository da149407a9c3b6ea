using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ClusterPanel.Infrastructure.Persistence.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class HostRecords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Clusters_Name",
                table: "Clusters");

            migrationBuilder.AddColumn<byte[]>(
                name: "Record",
                table: "ClusterHosts",
                type: "BLOB",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Clusters_Name",
                table: "Clusters",
                column: "Name",
                unique: true,
                filter: "\"Status\" <> 'Removed'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Clusters_Name",
                table: "Clusters");

            migrationBuilder.DropColumn(
                name: "Record",
                table: "ClusterHosts");

            migrationBuilder.CreateIndex(
                name: "IX_Clusters_Name",
                table: "Clusters",
                column: "Name",
                unique: true);
        }
    }
}
